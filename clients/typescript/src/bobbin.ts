import { Attachments } from "./attachments.js"
import { Calls } from "./calls.js"
import type { SearchHit } from "./documents.js"
import { type BobbinOptions, type CallOptions, Http } from "./http.js"
import { Items } from "./items.js"
import type { Pages } from "./pages.js"
import { Threads } from "./threads.js"

/**
 * All calls of a Bobbin, on behalf of one user.
 *
 * Failed calls throw `BobbinError`. A call is repeated, at most `maxRetries` times, when no answer came or the
 * service said to try later; a write with a condition (`ifMatch`, `ifNoneMatch`, `confirm`) only where nothing can
 * have been done, since its own success would refuse it.
 */
export class Bobbin {
  readonly threads: Threads
  readonly items: Items
  readonly attachments: Attachments
  readonly #calls: Calls
  readonly #options: BobbinOptions

  constructor(options: BobbinOptions) {
    this.#options = options
    this.#calls = new Calls(new Http(options))
    this.threads = new Threads(this.#calls)
    this.items = new Items(this.#calls)
    this.attachments = new Attachments(this.#calls)
  }

  /** Returns a client that acts for this user. */
  forUser(user: string): Bobbin {
    return new Bobbin({ ...this.#options, user })
  }

  /** Searches titles and item texts: all words, the last one by its beginning, phrases in quotes. */
  search(
    q: string,
    options: {
      sort?: "newest" | "rank" | undefined
      limit?: number | undefined
      cursor?: string | null | undefined
    } & CallOptions = {},
  ): Pages<SearchHit> {
    const { signal, ...query } = options
    return this.#calls.list<SearchHit>(["search"], { q, ...query }, { signal })
  }
}
