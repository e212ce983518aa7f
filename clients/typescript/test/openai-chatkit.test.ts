// OpenAI's own SDK, unmodified, reads the threads that ChatKit has stored in the packaged service.

import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"

import { Bobbin } from "bobbin-client"
import OpenAI, { NotFoundError } from "openai"

const baseUrl = process.env.BOBBIN_TEST_BASE_URL!
const apiKey = "test-key-acme"

/** A new user's client of Bobbin, and the SDK's calls for the same user. */
function newUser() {
  const user = `ann-${randomUUID()}`
  const options = { baseURL: `${baseUrl}/openai/v1`, apiKey }
  const openai = new OpenAI({ ...options, defaultHeaders: { "Bobbin-User": user } })
  const { threads } = openai.beta.chatkit
  const { threads: anybodys } = new OpenAI(options).beta.chatkit
  return { user, bobbin: new Bobbin({ baseUrl, apiKey, user }), openai, threads, anybodys }
}

async function ids(rows: AsyncIterable<{ id: string }>): Promise<string[]> {
  const found: string[] = []
  for await (const row of rows) found.push(row.id)
  return found
}

const CREATED = "2026-01-01T09:00:00.5Z"

test("a thread's life", async () => {
  const { user, bobbin, threads } = newUser()
  const status = { type: "locked" as const, reason: "done" }
  await bobbin.threads.save("thr_1", { id: "thr_1", created_at: CREATED, title: "Holidays", status, metadata: { a: 1 } })
  const thread = await threads.retrieve("thr_1")
  assert.deepEqual(thread, {
    id: "thr_1",
    object: "chatkit.thread",
    created_at: Date.parse(CREATED) / 1000 - 0.5,
    title: "Holidays",
    status,
    user,
  })
  assert.deepEqual((await threads.list()).data, [thread])
  assert.deepEqual(await threads.delete("thr_1"), { id: "thr_1", object: "chatkit.thread.deleted", deleted: true })
  await assert.rejects(threads.retrieve("thr_1"), NotFoundError)
  assert.deepEqual((await threads.list()).data, [])
})

test("items are the hosted ones, without hidden context", async () => {
  const { bobbin, threads } = newUser()
  const at = { created_at: CREATED, thread_id: "thr_1" }
  const items = [
    { ...at, id: "m1", type: "user_message", content: [{ type: "input_text", text: "Hi" }], quoted_text: "before" },
    { ...at, id: "m2", type: "hidden_context_item", content: "secret" },
    { ...at, id: "m3", type: "assistant_message", content: [{ type: "output_text", text: "Hello", annotations: [] }] },
    { ...at, id: "m4", type: "client_tool_call", status: "completed", call_id: "c", name: "n", arguments: { a: 1 }, output: 2 },
    { ...at, id: "m5", type: "widget", widget: { type: "Card" }, copy_text: "x" },
    { ...at, id: "m6", type: "task", task: { type: "thought", title: "Hm", content: "so" } },
    { ...at, id: "m7", type: "end_of_turn" },
  ]
  await bobbin.threads.create({ id: "thr_1", created_at: CREATED, items })
  const page = await threads.listItems("thr_1", { order: "asc" })
  const data = page.data as unknown as Record<string, unknown>[]
  assert.deepEqual(
    data.map(({ id, type }) => [id, type]),
    [
      ["m1", "chatkit.user_message"],
      ["m3", "chatkit.assistant_message"],
      ["m4", "chatkit.client_tool_call"],
      ["m5", "chatkit.widget"],
      ["m6", "chatkit.task"],
    ],
  )
  for (const item of data) {
    assert.deepEqual(
      [item.object, item.thread_id, item.created_at],
      ["chatkit.thread_item", "thr_1", Date.parse(CREATED) / 1000 - 0.5],
    )
  }
  assert.deepEqual(data[0]!.content, [{ type: "quoted_text", text: "before" }, { type: "input_text", text: "Hi" }])
  assert.deepEqual(data[1]!.content, [{ type: "output_text", text: "Hello", annotations: [] }])
  assert.deepEqual([data[2]!.arguments, data[2]!.output, data[2]!.status], ['{"a":1}', "2", "completed"])
  assert.equal(data[3]!.widget, '{"type":"Card"}')
  assert.deepEqual([data[4]!.task_type, data[4]!.heading, data[4]!.summary], ["thought", "Hm", "so"])
  assert.ok(!JSON.stringify(data).includes("secret"))
})

test("iterators return 250 items and threads once, in both orders, past what is hidden", async () => {
  const { user, bobbin, threads, anybodys } = newUser()
  await bobbin.threads.create({ id: "thr_0", created_at: CREATED })
  const content = [{ type: "output_text", text: "a", annotations: [] }]
  const items = Array.from({ length: 500 }, (_, n) =>
    n % 2 ? { id: `m${n}`, type: "hidden_context_item", content: "secret" } : { id: `m${n}`, type: "assistant_message", content },
  )
  await bobbin.items.addMany("thr_0", items)
  const visible = items.filter((_, n) => n % 2 === 0).map(item => item.id)
  for (const limit of [0, 7, 100]) {
    assert.deepEqual(await ids(threads.listItems("thr_0", { order: "asc", limit })), visible)
    assert.deepEqual(await ids(threads.listItems("thr_0", { limit })), visible.toReversed())
  }
  const between = threads.listItems("thr_0", { order: "asc", after: "m10", before: "m100", limit: 10 })
  assert.deepEqual(await ids(between), visible.slice(6, 50))

  const all = ["thr_0"]
  for (let n = 1; n < 45; n++) {
    all.push(`thr_${n}`)
    await bobbin.threads.save(`thr_${n}`, { id: `thr_${n}`, created_at: CREATED })
  }
  assert.deepEqual(await ids(threads.list({ order: "asc", limit: 20 })), all)
  assert.deepEqual(await ids(anybodys.list({ user, limit: 20 })), all.toReversed())
  assert.deepEqual(await ids(threads.list({ user: `bob-${user}` })), [])
  assert.deepEqual(await ids(threads.list({ order: "asc", after: "thr_3", before: "thr_30", limit: 5 })), all.slice(4, 30))
})

test("conversations and other users' threads are not among them", async () => {
  const { bobbin, openai, threads } = newUser()
  const conversation = await openai.conversations.create()
  assert.deepEqual((await threads.list()).data, [])
  for (const id of [conversation.id, "thr_none"]) {
    await assert.rejects(threads.retrieve(id), NotFoundError)
    await assert.rejects(threads.listItems(id), NotFoundError)
    await assert.rejects(threads.delete(id), NotFoundError)
  }
  await bobbin.threads.create({ id: "thr_1", created_at: CREATED })
  await assert.rejects(newUser().threads.retrieve("thr_1"), NotFoundError)
  await assert.rejects(threads.list({ after: "thr_none" }), { constructor: NotFoundError, param: "after" })
})
