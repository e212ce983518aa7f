import { BobbinError, NOT_FOUND, errorFrom, notFromBobbin } from "./errors.js"
import { type Query, searchParams } from "./query.js"
import { backoff, delayBefore, nothingDone, shouldRetry, wasUnsent } from "./retry.js"

export interface BobbinOptions {
  /** Without `/v1`: `https://bobbin.example.com`, or a path on the page's own origin. */
  baseUrl: string
  /** In mode `api-key`, together with `user`. It stays on servers. */
  apiKey?: string | undefined
  /** On whose behalf calls are made, in the modes `api-key` and `none`. */
  user?: string | undefined
  /** In mode `jwt`: the user's token, or a function that returns a valid one for each attempt. */
  token?: string | (() => string | Promise<string>) | undefined
  fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds for one attempt; 45,000 by default, which outlasts the waking of a sleeping database. */
  timeout?: number | undefined
  /** 4 by default. */
  maxRetries?: number | undefined
}

export interface CallOptions {
  signal?: AbortSignal | undefined
}

export interface Call extends CallOptions {
  query?: Query
  /** JSON text. */
  body?: string | undefined
  headers?: Record<string, string | undefined>
  /**
   * Whether it has the same effect when it is sent twice; true by default. What is not, such as a conditional
   * write, would be refused because of its own success: it is repeated only where nothing can have been done.
   */
  repeatable?: boolean
}

export interface Answer {
  status: number
  headers: Headers
  text: string
}

const JSON_TYPE = "application/json"

/** Sends requests, repeats them where that may help, throws `BobbinError`. */
export class Http {
  readonly #options: BobbinOptions
  readonly #baseUrl: string
  readonly #user: string | undefined

  constructor(options: BobbinOptions) {
    if (options.apiKey !== undefined && options.token !== undefined) {
      throw new TypeError("A request carries either an apiKey or a token")
    }
    this.#options = options
    // Throws for what is no URL, which fetch would report like a lost connection. Pages may give a path.
    this.#baseUrl = new URL(options.baseUrl, globalThis.location?.href).href.replace(/\/+$/, "")
    this.#user = options.user === undefined ? undefined : userHeader(options.user)
  }

  /** Returns the first successful answer, or a 304 if the request was conditional. */
  async send(method: string, segments: string[], call: Call = {}): Promise<Answer> {
    const path = "/v1" + segments.map(segment => "/" + encodeSegment(segment)).join("")
    const query = searchParams(call.query ?? {}).toString()
    const url = this.#baseUrl + path + (query && "?" + query)
    const repeatable = call.repeatable ?? true
    const giveUpAt = Date.now() + backoff.total
    for (let attempt = 0; ; attempt++) {
      const headers = await this.#headers(call)
      let failure: BobbinError
      let retry: boolean
      let retryAfter: string | null = null
      try {
        const { response, text } = await this.#attempt(url, method, headers, call)
        if (response.ok || (response.status === 304 && headers.has("if-none-match"))) {
          if (text && !response.headers.get("content-type")?.startsWith(JSON_TYPE)) {
            throw notFromBobbin(method, path, response)
          }
          return { status: response.status, headers: response.headers, text }
        }
        failure = errorFrom(method, path, response, text)
        retry = shouldRetry(response) && (repeatable || nothingDone(failure.type))
        retryAfter = response.headers.get("retry-after")
      } catch (error) {
        if (error instanceof BobbinError) throw error
        call.signal?.throwIfAborted()
        failure = new BobbinError(`${method} ${path}: no answer, ${described(error)}`, { cause: error })
        retry = repeatable || wasUnsent(error)
      }
      const delay = delayBefore(attempt, retryAfter)
      if (!retry || attempt >= (this.#options.maxRetries ?? 4) || Date.now() + delay > giveUpAt) throw failure
      await sleep(delay, call.signal)
    }
  }

  async #attempt(url: string, method: string, headers: Headers, call: Call) {
    const timeout = AbortSignal.timeout(this.#options.timeout ?? 45_000)
    const send = this.#options.fetch ?? globalThis.fetch
    const response = await send(url, {
      method,
      headers,
      body: call.body ?? null,
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
      // A redirect means a wrong base URL, and following one would carry the key along.
      redirect: "manual",
    })
    return { response, text: await response.text() }
  }

  async #headers(call: Call): Promise<Headers> {
    const { apiKey, token } = this.#options
    const credential = apiKey ?? (typeof token === "function" ? await token() : token)
    const headers = new Headers({ Accept: JSON_TYPE })
    if (credential) headers.set("Authorization", `Bearer ${credential}`)
    if (this.#user !== undefined) headers.set("Bobbin-User", this.#user)
    if (call.body !== undefined) headers.set("Content-Type", JSON_TYPE)
    for (const [name, value] of Object.entries(call.headers ?? {})) {
      if (value !== undefined) headers.set(name, value)
    }
    return headers
  }
}

/** Returns an error's message, and that of its cause: Node's own is no more than "fetch failed". */
function described(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined
  return String(error) + (cause ? `: ${cause.message}` : "")
}

/**
 * Ids arrive from browsers. As a path segment an empty one would name the whole collection, and ".." the level
 * above (URL parsers resolve it): deleting item ".." would then delete its thread.
 */
function encodeSegment(id: string): string {
  try {
    if (id !== "" && id !== "." && id !== "..") return encodeURIComponent(id)
  } catch {
    // half a surrogate pair, which has no UTF-8
  }
  throw new BobbinError(`Nothing can be found under the id ${JSON.stringify(id)}`, {
    status: 404,
    type: NOT_FOUND,
    title: "Not found",
  })
}

/** Returns a user name as a header value: raw, or as in RFC 8187 where raw would not arrive whole. */
export function userHeader(user: string): string {
  if (typeof user !== "string" || user === "") {
    // Never a guess: an owner made of "undefined" or "" would be shared by all who lack a name.
    throw new TypeError(`The user must be a non-empty string, not ${JSON.stringify(user)}`)
  }
  if (/^[ -~]+$/.test(user) && user === user.trim() && !user.toLowerCase().startsWith("utf-8''")) return user
  const rest = (character: string) => "%" + character.charCodeAt(0).toString(16).toUpperCase()
  return "utf-8''" + encodeURIComponent(user).replace(/[!'()*]/g, rest)
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener("abort", stop, { once: true })
  })
}
