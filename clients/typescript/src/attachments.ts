import type { Calls, GetOptions, SaveOptions, Unconditional, WriteOptions } from "./calls.js"
import type { Attachment, NewAttachment, Saved, Stored, Text } from "./documents.js"
import type { CallOptions } from "./http.js"
import type { Pages } from "./pages.js"
import type { PageQuery } from "./query.js"

/** Records of attachments, without their bytes. */
export class Attachments {
  readonly #calls: Calls

  constructor(calls: Calls) {
    this.#calls = calls
  }

  /** Lists attachments, newest first: those of a thread, or all. */
  list(options: { threadId?: string | undefined } & PageQuery & CallOptions = {}): Pages<Attachment> {
    const { signal, ...query } = options
    return this.#calls.list<Attachment>(["attachments"], query, { signal })
  }

  /** Loads an attachment; null if `ifNoneMatch` is its etag. */
  get(attachmentId: string, options?: Unconditional): Promise<Stored<Attachment>>
  get(attachmentId: string, options: GetOptions): Promise<Stored<Attachment> | null>
  get(attachmentId: string, options: GetOptions = {}): Promise<Stored<Attachment> | null> {
    return this.#calls.get(["attachments", attachmentId], {}, options)
  }

  /** Creates or replaces an attachment. */
  save(attachmentId: string, attachment: Text<NewAttachment>, options: SaveOptions = {}): Promise<Saved> {
    return this.#calls.save(["attachments", attachmentId], attachment, {}, options)
  }

  /** Deletes an attachment, silently if there is none. */
  delete(attachmentId: string, options: WriteOptions = {}): Promise<void> {
    return this.#calls.delete(["attachments", attachmentId], {}, options)
  }
}
