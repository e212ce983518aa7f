// A small HTTP server that does, request by request, what its script says.

import { once } from "node:events"
import { type IncomingHttpHeaders, createServer } from "node:http"

export interface Reply {
  status?: number
  headers?: Record<string, string>
  body?: string
}

export const DROP = "drop the connection"
export const HANG = "do not answer"

export interface Received {
  method: string
  target: string
  headers: IncomingHttpHeaders
  body: string
  at: number
}

export interface ScriptedServer {
  url: string
  received: Received[]
  [Symbol.asyncDispose](): Promise<void>
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) }
}

export function problem(
  status: number,
  detail: string,
  type = "about:blank",
  headers: Record<string, string> = {},
): Reply {
  const body = JSON.stringify({ type, title: "Title", status, detail, request_id: "req-1" })
  return { status, headers: { "Content-Type": "application/problem+json", ...headers }, body }
}

/** Repeats the last step of its script for ever; keeps what it received. */
export async function scripted(...script: (Reply | typeof DROP | typeof HANG)[]): Promise<ScriptedServer> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ""
    for await (const chunk of request) body += String(chunk)
    const { method = "", url = "", headers } = request
    received.push({ method, target: url, headers, body, at: Date.now() })
    const step = script[Math.min(received.length, script.length) - 1]!
    if (step === HANG) return
    if (step === DROP) {
      request.socket.destroy()
      return
    }
    response.writeHead(step.status ?? 204, step.headers).end(step.body)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}
