// OpenAI's own SDK, unmodified, keeps conversations in the packaged service.

import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"

import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  type ClientOptions,
  ConflictError,
  NotFoundError,
} from "openai"

const baseURL = `${process.env.BOBBIN_TEST_BASE_URL}/openai/v1`

/** The SDK for a new user. */
function newClient(options: ClientOptions & { user?: string } = {}): OpenAI {
  const { user = `ann-${randomUUID()}`, ...rest } = options
  return new OpenAI({ baseURL, apiKey: "test-key-acme", defaultHeaders: { "Bobbin-User": user }, ...rest })
}

function question(text: string) {
  return { role: "user" as const, content: text }
}

function questions(from: number, to: number) {
  return Array.from({ length: to - from }, (_, n) => question(`${from + n}`))
}

function textOf(item: OpenAI.Conversations.ConversationItem): string {
  assert.equal(item.type, "message")
  const [part] = item.type === "message" ? item.content : []
  return part && "text" in part ? part.text : ""
}

async function texts(items: AsyncIterable<OpenAI.Conversations.ConversationItem>): Promise<string[]> {
  const found: string[] = []
  for await (const item of items) found.push(textOf(item))
  return found
}

test("a conversation's life", async () => {
  const { conversations } = newClient()
  const created = await conversations.create({ metadata: { topic: "travel" }, items: [question("Where to?")] })
  assert.match(created.id, /^conv_[0-9a-f]+$/)
  assert.ok(Number.isInteger(created.created_at))
  const { id, created_at } = created
  assert.deepEqual(created, { id, object: "conversation", created_at, metadata: { topic: "travel" } })
  assert.deepEqual(await conversations.retrieve(id), created)
  const updated = await conversations.update(id, { metadata: { topic: "work" } })
  assert.deepEqual(updated, { ...created, metadata: { topic: "work" } })
  assert.deepEqual(await conversations.update(id, { metadata: null }), { ...created, metadata: {} })
  assert.deepEqual(await conversations.delete(id), { id, object: "conversation.deleted", deleted: true })
  await assert.rejects(conversations.retrieve(id), NotFoundError)
  assert.deepEqual((await conversations.create()).metadata, {})
})

test("an item's life", async () => {
  const { conversations } = newClient()
  const conversation = await conversations.create()
  const { id } = conversation
  const added = await conversations.items.create(id, {
    items: [
      question("Is it warm?"),
      { type: "function_call", call_id: "call_1", name: "weather", arguments: '{"days": 1.50}' },
      { type: "function_call_output", call_id: "call_1", output: "21 °C" },
      { role: "assistant", content: "Yes" },
    ],
    include: ["message.output_text.logprobs", "something.new" as "message.output_text.logprobs"],
  })
  const items = added.data
  assert.deepEqual(items, [
    {
      id: items[0]!.id,
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "Is it warm?" }],
      status: "completed",
    },
    {
      id: items[1]!.id,
      type: "function_call",
      call_id: "call_1",
      name: "weather",
      arguments: '{"days": 1.50}',
      status: "completed",
    },
    { id: items[2]!.id, type: "function_call_output", call_id: "call_1", output: "21 °C", status: "completed" },
    {
      id: items[3]!.id,
      type: "message",
      role: "assistant",
      content: [{ type: "output_text", text: "Yes", annotations: [] }],
      status: "completed",
    },
  ])
  assert.deepEqual(items.map(item => item.id!.replace(/_.*/, "")), ["msg", "fc", "fco", "msg"])
  const { first_id, last_id, has_more } = added
  assert.deepEqual({ first_id, last_id, has_more }, { first_id: items[0]!.id, last_id: items[3]!.id, has_more: false })
  assert.deepEqual((await conversations.items.list(id, { order: "asc" })).data, items)
  for (const item of items) {
    assert.deepEqual(await conversations.items.retrieve(item.id!, { conversation_id: id }), item)
  }
  assert.deepEqual(await conversations.items.delete(items[0]!.id!, { conversation_id: id }), conversation)
  await assert.rejects(conversations.items.retrieve(items[0]!.id!, { conversation_id: id }), NotFoundError)
  assert.equal((await conversations.items.list(id)).data.length, 3)
})

test("iterators return 250 items once, in both orders and with pages of every size", async () => {
  const { conversations } = newClient()
  const { id } = await conversations.create({ items: questions(0, 100) })
  await conversations.items.create(id, { items: questions(100, 250) })
  const expected = Array.from({ length: 250 }, (_, n) => `${n}`)
  for (const limit of [undefined, 7, 100]) {
    const pages = limit === undefined ? {} : { limit }
    assert.deepEqual(await texts(conversations.items.list(id, { order: "asc", ...pages })), expected)
    assert.deepEqual(await texts(conversations.items.list(id, pages)), expected.toReversed())
  }
  for (const [limit, count] of [[0, 20], [1, 1], [150, 100]] as const) {
    const page = await conversations.items.list(id, { limit })
    assert.deepEqual([page.data.length, page.has_more], [count, true])
  }
  const page = await conversations.items.list(id, { after: (await conversations.items.list(id)).last_id, limit: 1 })
  assert.deepEqual(page.data.map(textOf), ["229"])
})

test("more items than OpenAI takes stay together and in their order", async () => {
  const { conversations } = newClient()
  const { id } = await conversations.create()
  await Promise.all([0, 100, 200].map(n => conversations.items.create(id, { items: questions(n, n + 45) })))
  const stored = (await texts(conversations.items.list(id, { order: "asc", limit: 100 }))).map(Number)
  const starts = [stored[0]!, stored[45]!, stored[90]!]
  assert.deepEqual(stored, starts.flatMap(start => questions(start, start + 45).map(item => Number(item.content))))
  assert.deepEqual(starts.toSorted((a, b) => a - b), [0, 100, 200])
})

test("errors are the SDK's own, with message, type, code and param", async () => {
  const client = newClient()
  const { id } = await client.conversations.create({ items: [{ ...question("a"), id: "msg_1" } as never] })
  const missing = { status: 404, type: "invalid_request_error", code: null, param: null }
  for (const call of [
    () => client.conversations.retrieve("conv_none"),
    () => client.conversations.update("conv_none", { metadata: {} }),
    () => client.conversations.delete("conv_none"),
    () => client.conversations.items.list("conv_none"),
    () => client.conversations.items.create("conv_none", { items: [question("a")] }),
    () => client.conversations.items.retrieve("msg_none", { conversation_id: id }),
    () => client.conversations.items.delete("msg_none", { conversation_id: id }),
  ]) {
    await assert.rejects(call(), (error: APIError) => {
      assert.ok(error instanceof NotFoundError)
      const { status, type, code, param } = error
      assert.deepEqual({ status, type, code, param }, missing)
      assert.match(error.message, /_none/)
      return Boolean(error.requestID)
    })
  }
  const create = (items: unknown[]) => client.conversations.items.create(id, { items: items as never })
  const refused = (code: string, param: string) => (error: APIError) => {
    assert.deepEqual([error.type, error.code, error.param], ["invalid_request_error", code, param])
    return error instanceof BadRequestError
  }
  await assert.rejects(create([{ role: "user" }]), refused("missing_required_parameter", "items[0].content"))
  await assert.rejects(create([question("b"), 3]), refused("invalid_type", "items[1]"))
  await assert.rejects(create(questions(0, 1001)), refused("array_above_max_length", "items"))
  await assert.rejects(create([{ ...question("other"), id: "msg_1" }]), refused("duplicate_item", "items[0].id"))
  const metadata = { n: 1 } as never
  await assert.rejects(client.conversations.create({ metadata }), (error: APIError) => {
    assert.equal(error.code, "invalid_value")
    return error instanceof BadRequestError
  })
  assert.equal((await client.conversations.items.list(id)).data.length, 1)
})

test("what is not offered is not found, and says so", async () => {
  const client = newClient()
  for (const call of [
    () => client.responses.create({ model: "gpt-5", input: "Hello" }),
    () => client.models.list(),
    () => client.beta.threads.create(),
    () => client.beta.chatkit.sessions.create({ user: "ann", workflow: { id: "wf_1" } }),
    () => client.post("/_unknown", { body: {} }),
  ]) {
    await assert.rejects(async () => call(), { constructor: NotFoundError, code: "unknown_url" })
  }
})

test("another user, another tenant and a wrong key reach nothing", async () => {
  const user = `ann-${randomUUID()}`
  const { id } = await newClient({ user }).conversations.create({ items: [question("mine")] })
  for (const client of [newClient(), newClient({ user, apiKey: "test-key-beta" })]) {
    await assert.rejects(client.conversations.retrieve(id), NotFoundError)
    await assert.rejects(client.conversations.items.list(id), NotFoundError)
    await assert.rejects(client.conversations.items.create(id, { items: [question("theirs")] }), NotFoundError)
  }
  const wrong = newClient({ user, apiKey: "wrong" }).conversations.retrieve(id)
  await assert.rejects(wrong, { constructor: AuthenticationError, code: "invalid_api_key" })
  const nobody = newClient({ defaultHeaders: {} }).conversations.retrieve(id)
  await assert.rejects(nobody, { constructor: BadRequestError, param: "Bobbin-User" })
})

/** Lets requests through and loses their answers, as a connection that breaks. */
class Losses {
  readonly attempts: string[] = []
  left = 0

  readonly fetch: typeof globalThis.fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init)
    const method = init?.method ?? "GET"
    this.attempts.push(`${method} ${new Headers(init?.headers).get("x-stainless-retry-count")}`)
    if (this.left === 0) return response
    this.left--
    await response.arrayBuffer()
    throw new TypeError("fetch failed")
  }
}

test("a call whose answers were lost is repeated without a double", async () => {
  const losses = new Losses()
  const { conversations } = newClient({ fetch: losses.fetch })
  const { id } = await conversations.create({ items: [question("before")] })
  losses.left = 2
  const added = await conversations.items.create(id, { items: [question("a"), question("b")] })
  assert.deepEqual(losses.attempts, ["POST 0", "POST 0", "POST 1", "POST 2"])
  const stored = (await conversations.items.list(id, { order: "asc" })).data
  assert.deepEqual(stored.slice(1), added.data)
  losses.left = 1
  assert.equal((await conversations.items.delete(added.last_id, { conversation_id: id })).id, id)
  assert.deepEqual(await texts(conversations.items.list(id, { order: "asc" })), ["before", "a"])
  losses.left = 1
  assert.equal((await conversations.delete(id)).deleted, true)
  await assert.rejects(conversations.retrieve(id), NotFoundError)
})

test("a conflict is not repeated", async () => {
  const losses = new Losses()
  const client = newClient({ fetch: losses.fetch, baseURL: process.env.BOBBIN_TEST_BASE_URL! + "/v1" })
  await client.post("/threads", { body: { id: "thr_1", created_at: "2026-01-01T09:00:00", title: "a" } })
  const other = client.post("/threads", { body: { id: "thr_1", created_at: "2026-01-01T09:00:00", title: "b" } })
  await assert.rejects(other, ConflictError)
  assert.deepEqual(losses.attempts, ["POST 0", "POST 0"])
})
