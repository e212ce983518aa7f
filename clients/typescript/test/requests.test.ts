// What goes over the wire, and what is tried again. A local server plays the failing service.

import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"

import { Bobbin, BobbinError, type BobbinOptions } from "bobbin-client"
// not exported by the package, since programs have no use for them
import { backoff, parseRetryAfter } from "../dist/retry.js"
import { DROP, HANG, type ScriptedServer, json, problem, scripted } from "./scripted-server.js"

const THREAD = { id: "thr_1" }
const UNAVAILABLE = "urn:bobbin:problem:database-unavailable"
const HTML = { "Content-Type": "text/html" }
const BUSY = "urn:bobbin:problem:busy"

beforeEach(() => {
  Object.assign(backoff, { base: 20, retryAfterCap: 20_000, total: 90_000 })
})

function client(server: ScriptedServer, options: Partial<BobbinOptions> = {}): Bobbin {
  return new Bobbin({ baseUrl: server.url, apiKey: "key", user: "ann", ...options })
}

test("a 503 is tried again when the service said, with the same body and key", async () => {
  await using server = await scripted(problem(503, "Waking", UNAVAILABLE, { "Retry-After": "1" }), json(THREAD, 201))
  const { document, created } = await client(server).threads.create({ title: "Hi" })
  assert.deepEqual([document, created], [THREAD, true])
  const [first, second] = server.received
  assert.ok(second!.at - first!.at >= 1000)
  assert.equal(first!.body, '{"title":"Hi"}')
  assert.equal(second!.body, first!.body)
  assert.match(String(first!.headers["idempotency-key"]), /^[0-9a-f]{32}$/)
  assert.equal(second!.headers["idempotency-key"], first!.headers["idempotency-key"])
})

test("Retry-After is capped", async () => {
  backoff.retryAfterCap = 200
  await using server = await scripted(problem(503, "Later", BUSY, { "Retry-After": "86400" }), {})
  await client(server).threads.delete("thr_1")
  assert.ok(server.received[1]!.at - server.received[0]!.at >= 195)
})

test("attempts are bounded, and the error says what the service said", async () => {
  await using server = await scripted(problem(503, "Down", UNAVAILABLE))
  await assert.rejects(client(server, { maxRetries: 2 }).threads.get("thr_1"), error => {
    assert.ok(error instanceof BobbinError)
    assert.deepEqual(
      [error.status, error.type, error.title, error.detail, error.requestId],
      [503, UNAVAILABLE, "Title", "Down", "req-1"],
    )
    assert.equal(error.message, "503 Title: Down (request req-1)")
    return true
  })
  assert.equal(server.received.length, 3)
})

test("no attempt starts after the budget", async () => {
  backoff.total = 500
  await using server = await scripted(problem(503, "Down", BUSY, { "Retry-After": "1" }))
  await assert.rejects(client(server).threads.get("thr_1"), { status: 503 })
  assert.equal(server.received.length, 1)
})

test("dropped connections are tried again", async () => {
  await using server = await scripted(DROP, DROP, json(THREAD))
  assert.deepEqual((await client(server).threads.get("thr_1")).document, THREAD)
  assert.equal(server.received.length, 3)
})

test("a slow answer is tried again", async () => {
  await using server = await scripted(HANG, json(THREAD))
  await client(server, { timeout: 1000 }).threads.get("thr_1")
  assert.ok(server.received.length >= 2)
})

test("an unreachable service is given up", async () => {
  const server = await scripted({})
  await server[Symbol.asyncDispose]()
  await assert.rejects(client(server, { maxRetries: 2 }).threads.get("thr_1"), error => {
    assert.ok(error instanceof BobbinError)
    assert.match(error.message, /^GET \/v1\/threads\/thr_1: no answer, TypeError: fetch failed: .*ECONNREFUSED/)
    assert.equal(error.status, undefined)
    assert.ok(error.cause instanceof Error)
    return true
  })
})

test("what will not get better is not tried again", async () => {
  for (const answer of [
    problem(409, "Taken", "urn:bobbin:problem:conflict", { "x-should-retry": "false" }),
    problem(503, "Never", BUSY, { "x-should-retry": "false" }),
    problem(500, "Our fault"),
    problem(400, "Your fault"),
    problem(429, "Slower"),
  ]) {
    await using server = await scripted(answer)
    await assert.rejects(client(server).items.add("thr_1", { type: "task" }), { status: answer.status })
    assert.equal(server.received.length, 1)
  }
})

test("the service may ask for another try", async () => {
  await using server = await scripted(problem(500, "Restarting", "about:blank", { "x-should-retry": "true" }), {})
  await client(server).threads.delete("thr_1")
  assert.equal(server.received.length, 2)
})

const CONDITIONAL: [string, (bobbin: Bobbin) => Promise<unknown>][] = [
  ["a replacement", bobbin => bobbin.threads.save("thr_1", THREAD, { ifMatch: '"e"' })],
  ["a creation", bobbin => bobbin.items.save("thr_1", "i", { type: "task" }, { ifNoneMatch: "*" })],
  ["a patch", bobbin => bobbin.threads.patch("thr_1", {}, { ifMatch: '"e"' })],
  ["a deletion", bobbin => bobbin.attachments.delete("a", { ifMatch: '"e"' })],
  ["a bulk deletion", bobbin => bobbin.threads.deleteMatching({ confirm: 1 })],
]

for (const [name, call] of CONDITIONAL) {
  test(`${name} with a condition is not repeated if it may have taken effect`, async () => {
    for (const step of [DROP, problem(503, "Lost", UNAVAILABLE)] as const) {
      await using server = await scripted(step, json({ deleted: 1 }))
      await assert.rejects(call(client(server)), BobbinError)
      assert.equal(server.received.length, 1)
    }
  })

  test(`${name} with a condition is repeated if nothing was done`, async () => {
    await using server = await scripted(problem(503, "Full", BUSY), json({ deleted: 1 }))
    await call(client(server))
    assert.equal(server.received.length, 2)
  })
}

test("a write with a condition is repeated if it was never sent", async () => {
  let calls = 0
  const fetch = async () => {
    const cause = Object.assign(new Error(), { code: "ECONNREFUSED" })
    if (++calls === 1) throw new TypeError("fetch failed", { cause })
    return new Response(null, { status: 204 })
  }
  await new Bobbin({ baseUrl: "http://bobbin", fetch }).threads.delete("thr_1", { ifMatch: '"e"' })
  assert.equal(calls, 2)
})

test("a failed precondition says the current etag", async () => {
  const type = "urn:bobbin:problem:precondition-failed"
  await using server = await scripted(problem(412, "Another", type, { ETag: '"now"' }))
  const call = client(server).threads.patch("thr_1", {}, { ifMatch: '"then"' })
  await assert.rejects(call, { status: 412, type, etag: '"now"' })
})

test("a 404 of another server is not a missing thread", async () => {
  await using server = await scripted({ status: 404, headers: HTML, body: "<h1>nginx</h1>" })
  await assert.rejects(client(server).threads.get("thr_1"), error => {
    assert.ok(error instanceof BobbinError)
    assert.match(error.message, /not answered by Bobbin/)
    assert.equal(error.type, undefined)
    return true
  })
})

test("a page of another server is not an answer", async () => {
  await using server = await scripted({ status: 200, headers: HTML, body: "<h1>Sign in</h1>" })
  await assert.rejects(client(server).threads.delete("thr_1"), /not answered by Bobbin/)
  assert.equal(server.received.length, 1)
})

test("a redirect is not followed", async () => {
  await using server = await scripted({ status: 307, headers: { Location: "/elsewhere" } })
  await assert.rejects(client(server).threads.get("thr_1"), { status: 307 })
  assert.equal(server.received.length, 1)
})

test("an aborted call rejects with the signal's reason, and is not repeated", async () => {
  await using server = await scripted(HANG)
  const reason = new Error("the user left")
  const controller = new AbortController()
  const call = client(server).threads.get("thr_1", { signal: controller.signal })
  while (server.received.length === 0) await new Promise(resolve => setImmediate(resolve))
  controller.abort(reason)
  await assert.rejects(call, reason)
  assert.equal(server.received.length, 1)
})

test("an abort ends the wait for the next attempt", async () => {
  await using server = await scripted(problem(503, "Later", BUSY, { "Retry-After": "20" }))
  const controller = new AbortController()
  const call = client(server).threads.get("thr_1", { signal: controller.signal })
  while (server.received.length === 0) await new Promise(resolve => setImmediate(resolve))
  controller.abort()
  await assert.rejects(call, { name: "AbortError" })
})

test("requests carry key, user and media type", async () => {
  await using server = await scripted(json(THREAD))
  const bobbin = client(server).forUser("Zoë (O'Hara)")
  await bobbin.threads.patch("a/b ü", { title: null })
  await bobbin.threads.save("thr_1", '{"id": "thr_1", "n": 1.50}')
  const [patch, save] = server.received
  assert.equal(patch!.target, "/v1/threads/a%2Fb%20%C3%BC")
  assert.equal(patch!.headers.authorization, "Bearer key")
  assert.equal(patch!.headers["bobbin-user"], "utf-8''Zo%C3%AB%20%28O%27Hara%29")
  assert.equal(patch!.headers["content-type"], "application/merge-patch+json")
  assert.equal(patch!.body, '{"title":null}')
  assert.equal(save!.headers["content-type"], "application/json")
  assert.equal(save!.headers.prefer, "return=minimal")
  assert.equal(save!.body, '{"id": "thr_1", "n": 1.50}')
})

test("a token is asked for before each attempt", async () => {
  await using server = await scripted(problem(503, "Full", BUSY), {})
  let tokens = 0
  const bobbin = new Bobbin({ baseUrl: server.url, token: async () => `token-${++tokens}` })
  await bobbin.threads.delete("thr_1")
  const sent = server.received.map(({ headers }) => [headers.authorization, headers["bobbin-user"]])
  assert.deepEqual(sent, [["Bearer token-1", undefined], ["Bearer token-2", undefined]])
})

test("what cannot be sent is refused at once", () => {
  assert.throws(() => new Bobbin({ baseUrl: "http://bobbin", user: "" }), TypeError)
  assert.throws(() => new Bobbin({ baseUrl: "http://bobbin", apiKey: "a", token: "b" }), TypeError)
  assert.throws(() => new Bobbin({ baseUrl: "bobbin" }), TypeError)
})

test("ids that a path cannot carry are never sent", async () => {
  await using server = await scripted({})
  for (const id of ["", ".", "..", "cut \ud83d"]) {
    const call = client(server).items.delete("thr_1", id)
    await assert.rejects(call, { status: 404, type: "urn:bobbin:problem:not-found" })
  }
  assert.equal(server.received.length, 0)
})

test("options travel under the API's names", async () => {
  await using server = await scripted(json({ data: [], has_more: false, after: null }))
  await client(server).threads.list({
    sort: "active_at",
    archived: "any",
    count: true,
    title: undefined,
    include: undefined,
    metadata: { "Project Id": "a&b" },
    createdAt: { gte: new Date(0), lt: "2026-01-01T00:00:00" },
  })
  await client(server).items.deleteAfter("t", "i", { enforceStatus: false })
  assert.equal(server.received[1]!.target, "/v1/threads/t/items?after=i")
  const query = [...new URL(server.received[0]!.target, server.url).searchParams]
  assert.deepEqual(query, [
    ["sort", "active_at"],
    ["archived", "any"],
    ["count", "true"],
    ["metadata.Project Id", "a&b"],
    ["created_at[gte]", "1970-01-01T00:00:00.000Z"],
    ["created_at[lt]", "2026-01-01T00:00:00"],
  ])
})

async function targets(server: ScriptedServer, rows: AsyncIterable<{ id: string }>) {
  const ids: string[] = []
  for await (const row of rows) ids.push(row.id)
  return [ids, server.received.map(({ target }) => target)]
}

test("iteration follows the cursor and keeps the filters", async () => {
  await using server = await scripted(
    json({ data: [{ id: "a" }], has_more: true, after: "a", next: "c1", previous: null }),
    json({ data: [], has_more: false, after: null, next: "c2", previous: null }),
    json({ data: [{ id: "b" }], has_more: false, after: null, next: null, previous: "p" }),
  )
  const rows = client(server).threads.list({ status: "locked", count: true, after: "z", limit: 1 })
  assert.deepEqual(await targets(server, rows), [
    ["a", "b"],
    [
      "/v1/threads?status=locked&count=true&after=z&limit=1",
      "/v1/threads?status=locked&limit=1&cursor=c1",
      "/v1/threads?status=locked&limit=1&cursor=c2",
    ],
  ])
})

test("iteration falls back to the last id where a service has no cursors", async () => {
  await using server = await scripted(
    json({ data: [{ id: "a" }], has_more: true, after: "a" }),
    json({ data: [{ id: "b" }], has_more: false, after: null }),
  )
  assert.deepEqual(await targets(server, client(server).items.list("t", { order: "asc" })), [
    ["a", "b"],
    ["/v1/threads/t/items?order=asc", "/v1/threads/t/items?order=asc&after=a"],
  ])
})

test("a page is not loaded before its rows are asked for", async () => {
  await using server = await scripted(json({ data: [{ id: "a" }, { id: "b" }], has_more: true, after: "b", next: "c" }))
  for await (const row of client(server).threads.list()) {
    if (row.id === "b") break
  }
  assert.equal(server.received.length, 1)
})

test("Retry-After is read", () => {
  const now = Date.UTC(2026, 10, 21, 12)
  for (const [value, milliseconds] of [
    [null, 0],
    ["7", 7000],
    [" 0 ", 0],
    ["-1", 0],
    ["soon", 0],
    ["Sat, 21 Nov 2026 12:00:30 GMT", 30_000],
    ["Sat, 21 Nov 2026 11:00:00 GMT", 0],
  ] as const) {
    assert.equal(parseRetryAfter(value, now), milliseconds)
  }
})
