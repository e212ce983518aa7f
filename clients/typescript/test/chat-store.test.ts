// Chats of Vercel's AI SDK, with the SDK itself.

import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"

import {
  type UIMessage,
  convertToModelMessages,
  generateId,
  readUIMessageStream,
  stepCountIs,
  streamText,
  tool,
  validateUIMessages,
} from "ai"
import { MockLanguageModelV3, simulateReadableStream } from "ai/test"
import { Bobbin, type BobbinOptions, bobbinChatStore } from "bobbin-client"
import { z } from "zod"

const baseUrl = process.env.BOBBIN_TEST_BASE_URL!
const apiKey = "test-key-acme"

/** A store for a new user, what it sends, and another one of the same user. */
function newStore() {
  const calls: string[] = []
  const user = `ann-${randomUUID()}`
  const fetch: BobbinOptions["fetch"] = (url, init) => {
    calls.push(`${init?.method} ${new URL(String(url)).pathname.replace(/thr_[0-9a-f]{24}/, "{id}")}`)
    return globalThis.fetch(url, init)
  }
  const other = () => bobbinChatStore<UIMessage>({ baseUrl, apiKey, user })
  const bobbin = new Bobbin({ baseUrl, apiKey, user, fetch })
  return { store: bobbinChatStore<UIMessage>(bobbin), bobbin, calls, other }
}

function text(id: string, role: UIMessage["role"], content: string): UIMessage {
  return { id, role, parts: [{ type: "text", text: content }] }
}

const ALL_PARTS: UIMessage[] = [
  {
    id: "m1",
    role: "user",
    metadata: { createdAt: 1_700_000_000_000, price: 1.5 },
    parts: [
      { type: "text", text: "Is it \"warm\"? 🌡" },
      { type: "file", mediaType: "image/png", filename: "a.png", url: "data:image/png;base64,aGk=" },
    ],
  },
  {
    id: "m2",
    role: "assistant",
    parts: [
      { type: "step-start" },
      { type: "reasoning", text: "hm", providerMetadata: { openai: { itemId: "rs_1" } } },
      { type: "tool-weather", toolCallId: "c1", state: "output-available", input: { city: "Köln" }, output: { c: 21 } },
      { type: "dynamic-tool", toolName: "mcp", toolCallId: "c2", state: "output-error", input: {}, errorText: "no" },
      { type: "source-url", sourceId: "s1", url: "https://example.com", title: "Example" },
      { type: "source-document", sourceId: "s2", mediaType: "application/pdf", title: "Paper" },
      { type: "data-weather", id: "d1", data: { degrees: 21 } },
      { type: "text", text: "Yes", state: "done" },
    ],
  },
]

test("a chat comes back as it was saved, and is valid", async () => {
  const { store, other } = newStore()
  const { createChat, loadChat, saveChat } = store
  const id = await createChat({ title: "Weather" })
  assert.deepEqual(await loadChat(id), [])
  await saveChat({ id, messages: ALL_PARTS })
  const loaded = await other().loadChat(id)
  assert.deepEqual(loaded, ALL_PARTS)
  assert.deepEqual(await validateUIMessages({ messages: loaded }), ALL_PARTS)
})

test("only what is new is sent, in one call", async () => {
  const { store, calls } = newStore()
  const id = await store.createChat()
  const messages = [text("u1", "user", "one"), text("a1", "assistant", "two")]
  await store.saveChat({ chatId: id, messages })
  messages.push(text("u2", "user", "three"), text("a2", "assistant", "four"))
  await store.saveChat({ chatId: id, messages })
  await store.saveChat({ chatId: id, messages })
  assert.deepEqual(calls, ["POST /v1/threads", "POST /v1/threads/{id}/items", "POST /v1/threads/{id}/items"])
  assert.deepEqual(await store.loadChat(id), messages)
})

test("messages change in their place, and a regenerated answer drops what it replaces", async () => {
  const { store, other } = newStore()
  const id = await store.createChat()
  const [u1, a1, u2] = [text("u1", "user", "q"), text("a1", "assistant", "a"), text("u2", "user", "again?")]
  await store.saveChat({ id, messages: [u1, a1, u2] })
  const edited = { ...a1, metadata: { approved: true } }
  await other().saveChat({ id, messages: [u1, edited, u2] })
  assert.deepEqual(await store.loadChat(id), [u1, edited, u2])
  const regenerated = [u1, text("a1b", "assistant", "better")]
  await other().saveChat({ id, messages: regenerated })
  assert.deepEqual(await store.loadChat(id), regenerated)
  await store.saveChat({ id, messages: [u2, u1] })
  assert.deepEqual(await other().loadChat(id), [u2, u1])
  await store.saveChat({ id, messages: [] })
  assert.deepEqual(await other().loadChat(id), [])
})

test("two that add at the same time lose nothing of each other", async () => {
  const { store, other } = newStore()
  const id = await store.createChat()
  const start = [text("u1", "user", "q")]
  await store.saveChat({ id, messages: start })
  const tabs = [store, other(), other()]
  await Promise.all(tabs.map(tab => tab.loadChat(id)))
  await Promise.all(tabs.map((tab, n) => tab.saveChat({ id, messages: [...start, text(`a${n}`, "assistant", "a")] })))
  const ids = (await store.loadChat(id)).map(message => message.id)
  assert.deepEqual([ids[0], ids.slice(1).sort()], ["u1", ["a0", "a1", "a2"]])
})

test("a chat whose id the client has made is created by its first save", async () => {
  const { store, calls } = newStore()
  const id = `chat/${randomUUID()} ü`
  await store.saveChat({ id, messages: [text("u1", "user", "q")] })
  await store.saveChat({ id, messages: [text("u1", "user", "q"), text("a1", "assistant", "a")] })
  assert.equal(calls.length, 5)
  assert.equal((await store.loadChat(id)).length, 2)
  assert.deepEqual((await store.listChats()).data.map(chat => chat.id), [id])
})

test("a message without an id gets one, and is replaced when the client has named it", async () => {
  const { store, other } = newStore()
  const id = await store.createChat()
  const question = text("u1", "user", "q")
  await store.saveChat({ id, messages: [question, text("", "assistant", "a")] })
  const [, answer] = await store.loadChat(id)
  assert.match(answer!.id, /^msg_[0-9a-f]{24}$/)
  await other().saveChat({ id, messages: [question, text("a1", "assistant", "a")] })
  assert.deepEqual((await store.loadChat(id)).map(message => message.id), ["u1", "a1"])
})

test("long chats are saved and loaded whole", async () => {
  const { store, other } = newStore()
  const id = await store.createChat()
  const messages = Array.from({ length: 1_250 }, (_, n) => text(`m${n}`, n % 2 ? "assistant" : "user", `${n}`))
  await store.saveChat({ id, messages })
  assert.deepEqual(await other().loadChat(id), messages)
})

test("chats are listed apart from threads of ChatKit, the last active first, until they are deleted", async () => {
  const { store, bobbin } = newStore()
  await bobbin.threads.create({ title: "a thread of ChatKit" })
  const first = await store.createChat({ title: "first" })
  const second = await store.createChat({ title: "second", metadata: { project: "a" } })
  await store.saveChat({ id: first, messages: [text("u1", "user", "q")] })
  const page = await store.listChats({ limit: 1 })
  assert.deepEqual([page.data.map(chat => chat.title), page.has_more], [["first"], true])
  const following = await store.listChats({ after: page.data[0]!.id })
  assert.deepEqual(following.data.map(chat => chat.id), [second])
  assert.deepEqual((await store.listChats({ metadata: { project: "a" } })).data.map(chat => chat.id), [second])
  await store.deleteChat(first)
  await store.deleteChat(first)
  assert.deepEqual(await store.loadChat(first), [])
  assert.deepEqual((await store.listChats()).data.map(chat => chat.id), [second])
  assert.equal((await bobbin.threads.list()).data.length, 1)
})

test("other users, and threads of ChatKit, are not its chats", async () => {
  const { store, bobbin } = newStore()
  const id = await store.createChat()
  await store.saveChat({ id, messages: [text("u1", "user", "q")] })
  assert.deepEqual(await bobbinChatStore({ baseURL: baseUrl, apiKey, user: `bob-${id}` }).loadChat(id), [])
  const { document } = await bobbin.threads.create({ items: [{ id: "msg_1", type: "task" }] })
  await assert.rejects(store.loadChat(document.id), { message: /no chat of the AI SDK/ })
  await assert.rejects(store.saveChat({ id: document.id, messages: [] }), TypeError)
  assert.equal((await bobbin.items.list(document.id)).data.length, 1)
})

test("a run with tools is saved when it finishes, and goes on from what was loaded", async () => {
  const { other } = newStore()
  const id = await other().createChat()
  const weather = tool({ inputSchema: z.object({ city: z.string() }), execute: async () => ({ degrees: 21 }) })
  const prompts: unknown[] = []
  const model = new MockLanguageModelV3({
    doStream: async ({ prompt }) => {
      prompts.push(prompt)
      const calls = prompts.length === 1
      const chunks = calls
        ? [{ type: "tool-call" as const, toolCallId: "c1", toolName: "weather", input: '{"city":"Rome"}' }]
        : [
            { type: "text-start" as const, id: "t" },
            { type: "text-delta" as const, id: "t", delta: `answer ${prompts.length}` },
            { type: "text-end" as const, id: "t" },
          ]
      const usage = {
        inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      }
      const finishReason = { unified: calls ? ("tool-calls" as const) : ("stop" as const), raw: undefined }
      return { stream: simulateReadableStream({ chunks: [...chunks, { type: "finish", usage, finishReason }] }) }
    },
  })

  async function turn(question: string) {
    const store = other()
    const loaded = await validateUIMessages({ messages: [...(await store.loadChat(id)), text(generateId(), "user", question)] })
    const result = streamText({
      model,
      tools: { weather },
      stopWhen: stepCountIs(5),
      messages: await convertToModelMessages(loaded),
    })
    let finished: UIMessage[] = []
    const stream = result.toUIMessageStream({
      originalMessages: loaded,
      generateMessageId: generateId,
      onFinish: async ({ messages }) => {
        finished = messages
        await store.saveChat({ id, messages })
      },
    })
    for await (const _ of readUIMessageStream({ stream }));
    return finished
  }

  await turn("Is it warm in Rome?")
  const finished = await turn("And tomorrow?")
  assert.deepEqual(finished.map(message => message.role), ["user", "assistant", "user", "assistant"])
  const loaded = await validateUIMessages({ messages: await other().loadChat(id) })
  // JSON has no members that are undefined
  assert.deepEqual(loaded, JSON.parse(JSON.stringify(finished)))
  const last = prompts.at(-1) as { role: string }[]
  assert.deepEqual(last.map(message => message.role), ["user", "assistant", "tool", "assistant", "user"])
})
