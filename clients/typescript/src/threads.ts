import {
  type Calls,
  type CreateOptions,
  type GetOptions,
  MERGE_PATCH,
  type SaveOptions,
  type Unconditional,
  type WriteOptions,
} from "./calls.js"
import {
  type MergePatch,
  type NewThread,
  type Saved,
  type Stored,
  type Text,
  type Thread,
  type ThreadItem,
  type ThreadState,
  encode,
  storedFrom,
} from "./documents.js"
import type { CallOptions } from "./http.js"
import type { Page, Pages } from "./pages.js"
import type { Order, ThreadFilters, ThreadQuery } from "./query.js"

export interface NewThreadOptions {
  /** The kind of a new thread, `chatkit` by default; if it exists with another one, the call fails with a 409. */
  kind?: string | undefined
}

export interface DeleteThreadOptions {
  /** `delete`: the records of the attachments of deleted threads go as well. */
  attachments?: "delete" | undefined
}

/** Threads, without their items. */
export class Threads {
  readonly #calls: Calls

  constructor(calls: Calls) {
    this.#calls = calls
  }

  /** Lists threads, newest first, without archived ones unless `archived` says otherwise. */
  list(options: ThreadQuery & CallOptions = {}): Pages<Thread> {
    const { signal, ...query } = options
    return this.#calls.list<Thread>(["threads"], query, { signal })
  }

  /** Loads a thread; null if `ifNoneMatch` is its etag. */
  get(threadId: string, options?: Unconditional): Promise<Stored<Thread>>
  get(threadId: string, options: GetOptions): Promise<Stored<Thread> | null>
  get(threadId: string, options: GetOptions = {}): Promise<Stored<Thread> | null> {
    return this.#calls.get(["threads", threadId], {}, options)
  }

  /** Loads a thread and, as its member `items`, its first page of items. There is no etag. */
  async getWithItems(
    threadId: string,
    options: { limit?: number | undefined; order?: Order | undefined } & CallOptions = {},
  ): Promise<Stored<Thread & { items: Omit<Page<ThreadItem>, "raw"> }>> {
    const { signal, ...query } = options
    const call = { query: { include: "items", ...query }, signal }
    return storedFrom(await this.#calls.http.send("GET", ["threads", threadId], call))
  }

  /** Creates a thread, and with it up to 1,000 `items`, all or none. An id is made if it has none. */
  async create(
    thread: Text<NewThread> = {},
    options: NewThreadOptions & CreateOptions = {},
  ): Promise<Stored<Thread>> {
    return storedFrom(await this.#calls.post(["threads"], encode(thread), { kind: options.kind }, options))
  }

  /** Creates or replaces a thread; its items are left alone. */
  save(
    threadId: string,
    thread: Text<NewThread>,
    options: NewThreadOptions & SaveOptions = {},
  ): Promise<Saved> {
    return this.#calls.save(["threads", threadId], thread, { kind: options.kind }, options)
  }

  /** Changes members of a thread (RFC 7396): null removes one, others keep their bytes. */
  patch(threadId: string, patch: Text<MergePatch>, options: WriteOptions = {}): Promise<Stored<Thread>> {
    return this.#calls.patch(["threads", threadId], patch, {}, options)
  }

  /** Deletes a thread and its items, silently if there is none. */
  delete(threadId: string, options: DeleteThreadOptions & WriteOptions = {}): Promise<void> {
    return this.#calls.delete(["threads", threadId], { attachments: options.attachments }, options)
  }

  /**
   * Deletes all threads that match, and returns how many. `confirm` is their number, at most 10,000: that of
   * `list({ count: true })` with the same filters. If it is another one now, the call fails and deletes nothing.
   */
  async deleteMatching(
    options: { confirm: number } & ThreadFilters & DeleteThreadOptions & CallOptions,
  ): Promise<number> {
    const { signal, ...query } = options
    const answer = await this.#calls.http.send("DELETE", ["threads"], { query, signal, repeatable: false })
    return (JSON.parse(answer.text) as { deleted: number }).deleted
  }

  /**
   * Copies a thread with its items, up to and including `after`, and returns the new thread. `metadata` is merged
   * into the copy's, which also says `forked_from`.
   */
  async fork(
    threadId: string,
    options: { after?: string; id?: string; metadata?: Record<string, unknown> } & CreateOptions = {},
  ): Promise<Stored<Thread>> {
    const { after, id, metadata } = options
    const body = encode({ after, id, metadata })
    return storedFrom(await this.#calls.post(["threads", threadId, "fork"], body, {}, options))
  }

  /** Returns whether a thread is archived, and its times. */
  async state(threadId: string, options: CallOptions = {}): Promise<ThreadState> {
    const answer = await this.#calls.http.send("GET", ["threads", threadId, "state"], options)
    return JSON.parse(answer.text) as ThreadState
  }

  /** Archives a thread, or takes it out of the archive; its document stays as it is. */
  async setArchived(threadId: string, archived = true, options: CallOptions = {}): Promise<ThreadState> {
    const call = { body: encode({ archived }), headers: MERGE_PATCH, signal: options.signal }
    const answer = await this.#calls.http.send("PATCH", ["threads", threadId, "state"], call)
    return JSON.parse(answer.text) as ThreadState
  }
}
