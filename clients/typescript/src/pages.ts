import type { Answer } from "./http.js"
import type { Query } from "./query.js"

/** Some rows of a list, in its order. */
export interface Page<T> {
  data: T[]
  has_more: boolean
  /** The id of the last row, when there are more after it. */
  after: string | null
  /** The cursor of the page after this one, null where there is none. */
  next: string | null
  /** The cursor of the page before this one, null where there is none. */
  previous: string | null
  /** How many rows match, if the call had `count`; with `gte` there are more than were counted. */
  total?: { value: number; relation: "eq" | "gte" }
  /** The page's JSON text, in which numbers have all their digits. */
  raw: string
}

export function pageFrom<T>(answer: Answer): Page<T> {
  // The service leaves out cursors of pages that do not exist.
  const unknown = { after: null, next: null, previous: null }
  return { ...unknown, ...(JSON.parse(answer.text) as Pick<Page<T>, "data" | "has_more">), raw: answer.text }
}

/** A list: `await` it for its first page, or `for await` the rows of all pages, which are loaded when needed. */
export class Pages<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #load: (query: Query) => Promise<Answer>
  readonly #query: Query

  constructor(load: (query: Query) => Promise<Answer>, query: Query) {
    this.#load = load
    this.#query = query
  }

  then<A = Page<T>, B = never>(
    fulfilled?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page(this.#query).then(fulfilled, rejected)
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T, void> {
    let query: Query | undefined = this.#query
    while (query) {
      const page: Page<T> = await this.#page(query)
      yield* page.data
      query = following(page, query)
    }
  }

  async #page(query: Query): Promise<Page<T>> {
    return pageFrom(await this.#load(query))
  }
}

/** Returns the query of the page after this one, or undefined if it is the last. */
function following(page: Page<unknown>, query: Query): Query | undefined {
  // What says where the first page begins, and `count`, since counting once is enough.
  const kept = { ...query, after: undefined, before: undefined, cursor: undefined, count: undefined }
  if (page.next) return { ...kept, cursor: page.next }
  // A service before 0.2 has no cursors.
  return page.after ? { ...kept, after: page.after } : undefined
}
