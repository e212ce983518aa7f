/**
 * A call that failed, with the members of the service's problem document (RFC 9457).
 *
 * `type` tells failures apart: `urn:bobbin:problem:not-found`, `…:conflict`, `…:precondition-failed` and so on.
 * `status` is undefined when no answer came after all attempts: whether the last one took effect is not known.
 */
export class BobbinError extends Error {
  override readonly name = "BobbinError"
  readonly status: number | undefined
  readonly type: string | undefined
  readonly title: string | undefined
  readonly detail: string
  /** Also in the service's log lines of this call. */
  readonly requestId: string | undefined
  /** After a failed precondition: the etag of the stored document, undefined if there is none. */
  readonly etag: string | undefined

  constructor(
    detail: string,
    members: Partial<Pick<BobbinError, "status" | "type" | "title" | "requestId" | "etag" | "cause">> = {},
  ) {
    const head = [members.status, members.title].filter(Boolean).join(" ")
    const tail = members.requestId ? ` (request ${members.requestId})` : ""
    super((head ? `${head}: ` : "") + detail + tail, members.cause === undefined ? {} : { cause: members.cause })
    this.detail = detail
    this.status = members.status
    this.type = members.type
    this.title = members.title
    this.requestId = members.requestId
    this.etag = members.etag
  }
}

export const NOT_FOUND = "urn:bobbin:problem:not-found"

/** Turns an answer that is no success into the error to throw. */
export function errorFrom(method: string, path: string, response: Response, text: string): BobbinError {
  const problem = problemOf(response, text)
  if (problem === undefined) {
    // Not by its status alone: a 404 of such a kind must not pass for "this thread does not exist".
    return notFromBobbin(method, path, response)
  }
  const string = (name: string) => (typeof problem[name] === "string" ? (problem[name] as string) : undefined)
  const title = string("title") ?? response.statusText
  return new BobbinError(string("detail") ?? title, {
    status: response.status,
    type: string("type"),
    title,
    requestId: string("request_id") ?? response.headers.get("x-request-id") ?? undefined,
    etag: response.headers.get("etag") ?? undefined,
  })
}

/** The error for an answer of a proxy in between, or of some other server that the base URL names. */
export function notFromBobbin(method: string, path: string, response: Response): BobbinError {
  return new BobbinError(`${method} ${path} was not answered by Bobbin`, {
    status: response.status,
    title: response.statusText,
    requestId: response.headers.get("x-request-id") ?? undefined,
  })
}

function problemOf(response: Response, text: string): Record<string, unknown> | undefined {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return undefined
  try {
    const document: unknown = JSON.parse(text)
    return typeof document === "object" && document !== null ? { ...document } : undefined
  } catch {
    return undefined
  }
}
