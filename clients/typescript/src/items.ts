import type { Calls, CreateOptions, GetOptions, SaveOptions, Unconditional, WriteOptions } from "./calls.js"
import {
  type MergePatch,
  type NewThreadItem,
  type Saved,
  type Stored,
  type Text,
  type ThreadItem,
  encode,
  encodeAll,
  storedFrom,
} from "./documents.js"
import type { CallOptions } from "./http.js"
import { type Page, type Pages, pageFrom } from "./pages.js"
import type { PageQuery } from "./query.js"
import type { NewThreadOptions } from "./threads.js"

export interface ItemWriteOptions {
  /** The call fails with a 409 if the thread's status is locked or closed. */
  enforceStatus?: boolean | undefined
}

export interface AddOptions extends ItemWriteOptions, CreateOptions {
  /** `replace`: an item takes the place of another with its id, where otherwise the call would be a 409. */
  onConflict?: "replace" | undefined
}

/** The items of threads. */
export class Items {
  readonly #calls: Calls

  constructor(calls: Calls) {
    this.#calls = calls
  }

  /** Lists the items of a thread, newest first; none if there is no such thread. */
  list(threadId: string, options: PageQuery & CallOptions = {}): Pages<ThreadItem> {
    const { signal, ...query } = options
    return this.#calls.list<ThreadItem>(["threads", threadId, "items"], query, { signal })
  }

  /** Loads an item with its neighbours, at most `limit` rows, oldest first. */
  async around(
    threadId: string,
    itemId: string,
    options: { limit?: number | undefined } & CallOptions = {},
  ): Promise<Page<ThreadItem>> {
    const query = { around: itemId, limit: options.limit, order: "asc" }
    const call = { query, signal: options.signal }
    return pageFrom(await this.#calls.http.send("GET", ["threads", threadId, "items"], call))
  }

  /** Loads an item; null if `ifNoneMatch` is its etag. */
  get(threadId: string, itemId: string, options?: Unconditional): Promise<Stored<ThreadItem>>
  get(threadId: string, itemId: string, options: GetOptions): Promise<Stored<ThreadItem> | null>
  get(threadId: string, itemId: string, options: GetOptions = {}): Promise<Stored<ThreadItem> | null> {
    return this.#calls.get(["threads", threadId, "items", itemId], {}, options)
  }

  /** Adds an item. An id is made if it has none. */
  async add(threadId: string, item: Text<NewThreadItem>, options: AddOptions = {}): Promise<Stored<ThreadItem>> {
    return storedFrom(await this.#post(threadId, encode(item), options))
  }

  /** Adds up to 1,000 items in order, all or none, and returns them as they are stored. */
  async addMany(
    threadId: string,
    items: readonly Text<NewThreadItem>[],
    options: AddOptions = {},
  ): Promise<ThreadItem[]> {
    if (items.length === 0) return []
    return dataOf((await this.#post(threadId, encodeAll(items), options)).text)
  }

  /** Adds an item or replaces it in its place. */
  save(
    threadId: string,
    itemId: string,
    item: Text<NewThreadItem>,
    options: ItemWriteOptions & SaveOptions = {},
  ): Promise<Saved> {
    return this.#calls.save(["threads", threadId, "items", itemId], item, ofWrite(options), options)
  }

  /**
   * Replaces all items of a thread by up to 1,000, all at once, and returns them as they are stored. `create`:
   * the thread is created if there is none, with this `kind`.
   */
  async replaceAll(
    threadId: string,
    items: readonly Text<NewThreadItem>[],
    options: { create?: boolean | undefined } & NewThreadOptions & ItemWriteOptions & CallOptions = {},
  ): Promise<ThreadItem[]> {
    const query = { ...ofWrite(options), create: options.create, kind: options.kind }
    const call = { query, body: encodeAll(items), signal: options.signal }
    return dataOf((await this.#calls.http.send("PUT", ["threads", threadId, "items"], call)).text)
  }

  /** Changes members of an item (RFC 7396): null removes one, others keep their bytes. */
  patch(
    threadId: string,
    itemId: string,
    patch: Text<MergePatch>,
    options: ItemWriteOptions & WriteOptions = {},
  ): Promise<Stored<ThreadItem>> {
    return this.#calls.patch(["threads", threadId, "items", itemId], patch, ofWrite(options), options)
  }

  /** Deletes an item, silently if there is none. */
  delete(threadId: string, itemId: string, options: ItemWriteOptions & WriteOptions = {}): Promise<void> {
    return this.#calls.delete(["threads", threadId, "items", itemId], ofWrite(options), options)
  }

  /** Deletes all items after this one, in the order of their creation. */
  deleteAfter(threadId: string, itemId: string, options: ItemWriteOptions & CallOptions = {}): Promise<void> {
    const { signal } = options
    return this.#calls.delete(["threads", threadId, "items"], { ...ofWrite(options), after: itemId }, { signal })
  }

  #post(threadId: string, body: string, options: AddOptions) {
    const query = { ...ofWrite(options), onConflict: options.onConflict }
    return this.#calls.post(["threads", threadId, "items"], body, query, options)
  }
}

function ofWrite(options: ItemWriteOptions) {
  return { enforceStatus: options.enforceStatus }
}

function dataOf(text: string): ThreadItem[] {
  return (JSON.parse(text) as { data: ThreadItem[] }).data
}
