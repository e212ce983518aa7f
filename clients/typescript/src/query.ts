export type Order = "asc" | "desc"

/** Bounds of a time, ISO 8601; one without a zone counts as UTC. */
export interface Times {
  gt?: string | Date | undefined
  gte?: string | Date | undefined
  lt?: string | Date | undefined
  lte?: string | Date | undefined
}

/** Which rows a page has. */
export interface PageQuery {
  /** At most that many rows, up to 100; 20 by default. */
  limit?: number | undefined
  /** `desc`, newest first, by default. */
  order?: Order | undefined
  /** The id of the row after which the page begins. */
  after?: string | null | undefined
  /** The id of the row before which the page ends. */
  before?: string | null | undefined
  /** `next` or `previous` of another page, with the same filters. */
  cursor?: string | null | undefined
}

/** Which threads. All that are given must match. */
export interface ThreadFilters {
  /** Threads of this kind only, `chatkit` by default. */
  kind?: string | undefined
  status?: "active" | "locked" | "closed" | undefined
  /** false by default: archived threads are left out. */
  archived?: boolean | "any" | undefined
  /** Members of the thread's metadata and their values. */
  metadata?: Record<string, string> | undefined
  /** How the title begins, in any case. */
  title?: string | undefined
  createdAt?: Times | undefined
  activeAt?: Times | undefined
}

export interface ThreadQuery extends PageQuery, ThreadFilters {
  /** By creation, the default, or by the last activity. */
  sort?: "created_at" | "active_at" | undefined
  /** Adds the newest visible item to each thread, as its member `last_item`. */
  include?: "last_item" | undefined
  /** Tells in `total` how many threads match. */
  count?: boolean | undefined
}

export type Query = Readonly<Record<string, unknown>>

/** Returns query parameters as they are sent: `createdAt: { gte }` is `created_at[gte]`; false, a default, is none. */
export function searchParams(query: Query): URLSearchParams {
  const sent = new URLSearchParams()
  for (const [option, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === false) continue
    const name = option.replace(/[A-Z]/g, letter => "_" + letter.toLowerCase())
    if (typeof value !== "object" || value instanceof Date) {
      sent.set(name, text(value))
      continue
    }
    for (const [key, part] of Object.entries(value)) {
      if (part !== undefined) sent.set(name === "metadata" ? `metadata.${key}` : `${name}[${key}]`, text(part))
    }
  }
  return sent
}

function text(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}
