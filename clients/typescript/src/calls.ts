import {
  type MergePatch,
  type Saved,
  type Stored,
  type Text,
  encode,
  savedFrom,
  storedFrom,
} from "./documents.js"
import type { Answer, CallOptions, Http } from "./http.js"
import { Pages } from "./pages.js"
import type { Query } from "./query.js"

export interface GetOptions extends CallOptions {
  /** An etag: null is returned if it is still the document's. */
  ifNoneMatch?: string | undefined
}

/** Options of a call that never returns null. */
export type Unconditional = CallOptions & { ifNoneMatch?: undefined }

export interface WriteOptions extends CallOptions {
  /** An etag, or `*`: the call fails with a 412 if it is not that of the stored document. */
  ifMatch?: string | undefined
}

export interface SaveOptions extends WriteOptions {
  /** `*`: the call fails with a 412 if there is a document already. */
  ifNoneMatch?: "*" | undefined
}

export interface CreateOptions extends CallOptions {
  /** The same key and document find what an earlier call with them has created. One is made by default. */
  idempotencyKey?: string | undefined
}

export const MERGE_PATCH = { "Content-Type": "application/merge-patch+json" }

/** What the calls of all resources have in common. */
export class Calls {
  constructor(readonly http: Http) {}

  list<T>(segments: string[], query: Query, options: CallOptions): Pages<T> {
    const signal = options.signal
    return new Pages<T>(ofPage => this.http.send("GET", segments, { query: ofPage, signal }), query)
  }

  async get<T>(segments: string[], query: Query, options: GetOptions): Promise<Stored<T> | null> {
    const headers = { "If-None-Match": options.ifNoneMatch }
    const answer = await this.http.send("GET", segments, { query, headers, signal: options.signal })
    return answer.status === 304 ? null : storedFrom<T>(answer)
  }

  post(segments: string[], body: string, query: Query, options: CreateOptions): Promise<Answer> {
    // Without a key, a repeated attempt would store a second document where the service makes the id.
    const headers = { "Idempotency-Key": options.idempotencyKey ?? newKey() }
    return this.http.send("POST", segments, { query, body, headers, signal: options.signal })
  }

  async save(segments: string[], document: Text<object>, query: Query, options: SaveOptions): Promise<Saved> {
    const { ifMatch, ifNoneMatch, signal } = options
    const headers = { Prefer: "return=minimal", "If-Match": ifMatch, "If-None-Match": ifNoneMatch }
    const repeatable = ifMatch === undefined && ifNoneMatch === undefined
    const call = { query, body: encode(document), headers, repeatable, signal }
    return savedFrom(await this.http.send("PUT", segments, call))
  }

  async patch<T>(
    segments: string[],
    patch: Text<MergePatch>,
    query: Query,
    options: WriteOptions,
  ): Promise<Stored<T>> {
    const { ifMatch, signal } = options
    const headers = { ...MERGE_PATCH, "If-Match": ifMatch }
    const call = { query, body: encode(patch), headers, repeatable: ifMatch === undefined, signal }
    return storedFrom<T>(await this.http.send("PATCH", segments, call))
  }

  async delete(segments: string[], query: Query, options: WriteOptions): Promise<void> {
    const { ifMatch, signal } = options
    const headers = { "If-Match": ifMatch }
    await this.http.send("DELETE", segments, { query, headers, repeatable: ifMatch === undefined, signal })
  }
}

// Not crypto.randomUUID, which pages have over https only.
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
}
