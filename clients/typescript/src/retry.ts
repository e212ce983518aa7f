// When to try again, and how long to wait before it. Times are in milliseconds.

export const backoff = {
  base: 500,
  cap: 8_000,
  retryAfterCap: 20_000,
  // A request may be held for 30 s while the database wakes; this leaves room for two such waits.
  total: 90_000,
}

const RETRYABLE_STATUS = new Set([502, 503, 504])

// Problems of a 503 that promise that nothing was done. After others a write may have been committed.
const NOTHING_DONE = new Set(
  ["busy", "shutting-down", "schema-not-ready", "database-forbids"].map(name => `urn:bobbin:problem:${name}`),
)

// What Node and Bun call a connection that was never made. Deno has no codes, and browsers do not tell.
const UNSENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
])
const UNSENT_IN_DENO = "client error (Connect)"

/** Tells whether to repeat a request that was answered; `x-should-retry` has the last word. */
export function shouldRetry(response: Response): boolean {
  const said = response.headers.get("x-should-retry")?.trim().toLowerCase()
  if (said === "true" || said === "false") return said === "true"
  return RETRYABLE_STATUS.has(response.status)
}

/** Tells whether a problem's type promises that the request had no effect. */
export function nothingDone(type: string | undefined): boolean {
  return type !== undefined && NOTHING_DONE.has(type)
}

/** Tells whether a request that failed without an answer certainly did not reach the service. */
export function wasUnsent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && UNSENT.has(String(cause.code))) return true
    if (cause.message.includes(UNSENT_IN_DENO)) return true
  }
  return false
}

/**
 * Returns how long to wait before retry number `attempt` (from 0).
 *
 * Full jitter: anything from nothing to the doubled backoff, so that clients which failed together do not come
 * back together. It is added to what the service asks for, up to the cap.
 */
export function delayBefore(attempt: number, retryAfter: string | null, now = Date.now()): number {
  const jitter = Math.random() * Math.min(backoff.cap, backoff.base * 2 ** attempt)
  return Math.min(parseRetryAfter(retryAfter, now), backoff.retryAfterCap) + jitter
}

/** Reads `Retry-After`, seconds or an HTTP-date; 0 when absent, past or not understood. */
export function parseRetryAfter(value: string | null, now: number): number {
  if (value === null) return 0
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
  // Dates have letters; Date.parse would take "-1" for one.
  const at = /[a-z]/i.test(value) ? Date.parse(value) : NaN
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}
