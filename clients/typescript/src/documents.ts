import type { Answer } from "./http.js"
import type { components } from "./openapi.js"

type Schemas = components["schemas"]

/** ChatKit's ThreadMetadata, with whatever other members it was saved with. */
export type Thread = Schemas["Thread"] & {
  id: string
  title?: string | null
  status?: { type: "active" | "locked" | "closed"; reason?: string | null }
  metadata?: Record<string, unknown>
  /** With `include: "last_item"`: the newest visible item. */
  last_item?: ThreadItem | null
}

/** One of ChatKit's thread items, by its `type`. */
export type ThreadItem = Schemas["ThreadItem"] & { id: string }

/** ChatKit's Attachment, without its bytes. */
export type Attachment = Schemas["Attachment"] & { id: string }

export type NewThread = Schemas["Thread"] & { items?: NewThreadItem[] }
export type NewThreadItem = Schemas["ThreadItem"]
export type NewAttachment = Schemas["Attachment"]

/** A document as an object, or as JSON text, which is stored byte for byte. */
export type Text<T> = T | string

/** A JSON merge patch (RFC 7396): null removes a member. */
export type MergePatch = Record<string, unknown>

/** What a write says of a document. */
export interface Saved {
  /** Names the document's bytes: with `ifMatch: etag` a later write fails if they have changed meanwhile. */
  etag: string | undefined
  /** Whether this call created it. */
  created: boolean
}

/** A document as it is stored. */
export interface Stored<T> extends Saved {
  document: T
  /** Its JSON text, byte for byte: numbers have all their digits. */
  raw: string
}

/** What is known of a thread beside its document. Times are ISO 8601. */
export interface ThreadState {
  archived: boolean
  created_at: string
  active_at: string
  updated_at: string
}

/** An item that matches; or a thread whose title does, then without `item_id` and `type`. */
export interface SearchHit {
  thread_id: string
  title: string | null
  item_id: string | null
  type: string | null
  created_at: string
  /** The text around the match, in parts; those with `match` are what was searched for. */
  snippet: { text: string; match: boolean }[]
}

export function encode(document: Text<object>): string {
  return typeof document === "string" ? document : JSON.stringify(document)
}

/** Returns several documents as one array; those that are text already keep their bytes. */
export function encodeAll(documents: readonly Text<object>[]): string {
  return `[${documents.map(encode).join(",")}]`
}

export function savedFrom(answer: Answer): Saved {
  return { etag: answer.headers.get("etag") ?? undefined, created: answer.status === 201 }
}

export function storedFrom<T>(answer: Answer): Stored<T> {
  return { ...savedFrom(answer), document: JSON.parse(answer.text) as T, raw: answer.text }
}
