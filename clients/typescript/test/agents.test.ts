// The Agents SDK's session, unmodified, with a scripted model, keeps its history in the packaged service.

import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"

import { Agent, type AgentInputItem, OpenAIConversationsSession, run, setTracingDisabled, tool } from "@openai/agents"
import { ScriptedModel, assistantMessage, functionCall } from "@openai/agents/testing"
import OpenAI, { NotFoundError } from "openai"
import { z } from "zod"

setTracingDisabled(true)

/** The SDK for a new user, and the requests that it has sent. */
function newClient() {
  const requests: string[] = []
  const client = new OpenAI({
    baseURL: `${process.env.BOBBIN_TEST_BASE_URL}/openai/v1`,
    apiKey: "test-key-acme",
    defaultHeaders: { "Bobbin-User": `ann-${randomUUID()}` },
    fetch: (url, init) => {
      requests.push(`${init?.method} ${new URL(String(url)).pathname.replace(/conv_[0-9a-f]+/, "{id}")}`)
      return fetch(url, init)
    },
  })
  return { client, requests }
}

const weather = tool({
  name: "weather",
  description: "Tells the weather",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `It is sunny in ${city}`,
})

/** What the items say, without ids and what else the SDK adds for itself. */
function gist(items: readonly AgentInputItem[]): string[] {
  return items.map(item => {
    if (item.type === "function_call") return `call ${item.callId} ${item.name} ${item.arguments}`
    if (item.type === "function_call_result") {
      const { output } = item
      return `result ${item.callId} ${typeof output === "object" && "text" in output ? output.text : output}`
    }
    if (item.type === undefined || item.type === "message") {
      const { content } = item
      const text = typeof content === "string" ? content : content.map(part => ("text" in part ? part.text : "")).join()
      return `${item.role} ${text}`
    }
    return item.type
  })
}

const ITEMS = "/openai/v1/conversations/{id}/items"

for (const stream of [false, true]) {
  test(`12 turns with tools, ${stream ? "streamed" : "not streamed"}, are replayed to the model item for item`, async () => {
    const { client, requests } = newClient()
    const model = new ScriptedModel()
    const agent = new Agent({ name: "Guide", model, tools: [weather] })
    let session = new OpenAIConversationsSession({ client })
    const history: string[] = []
    for (let turn = 1; turn <= 12; turn++) {
      const city = `{"city":"Rome ${turn}"}`
      model.enqueue([functionCall("weather", city, { callId: `call_${turn}` })], [assistantMessage(`Sunny ${turn}`)])
      if (stream) await (await run(agent, `Question ${turn}`, { session, stream: true })).completed
      else await run(agent, `Question ${turn}`, { session })
      history.push(`user Question ${turn}`, `call call_${turn} weather ${city}`)
      history.push(`result call_${turn} It is sunny in Rome ${turn}`)
      assert.deepEqual(gist(model.lastCall!.request.input as AgentInputItem[]), history)
      history.push(`assistant Sunny ${turn}`)
      // the next turn may be another process's
      session = new OpenAIConversationsSession({ client, conversationId: await session.getSessionId() })
    }
    model.assertComplete()
    assert.deepEqual(gist(await session.getItems()), history)
    assert.equal(requests.filter(request => request === `POST ${ITEMS}`).length, 12)
  })

  test(`a turn of ten tool rounds is one call, ${stream ? "streamed" : "not streamed"}`, async () => {
    const { client, requests } = newClient()
    const rounds = Array.from({ length: 10 }, (_, n) => [
      functionCall("weather", { city: `Rome ${n}` }, { callId: `call_${n}` }),
    ])
    const model = new ScriptedModel([...rounds, [assistantMessage("Sunny")]])
    const agent = new Agent({ name: "Guide", model, tools: [weather] })
    const session = new OpenAIConversationsSession({ client })
    const options = { session, maxTurns: 20 }
    if (stream) await (await run(agent, "Everywhere?", { ...options, stream: true })).completed
    else await run(agent, "Everywhere?", options)
    assert.equal(requests.filter(request => request === `POST ${ITEMS}`).length, 1)
    const stored = gist(await session.getItems())
    assert.equal(stored.length, 22)
    assert.deepEqual(stored.slice(-3), [
      'call call_9 weather {"city":"Rome 9"}',
      "result call_9 It is sunny in Rome 9",
      "assistant Sunny",
    ])
    const replayed = new ScriptedModel([[assistantMessage("As I said")]])
    await run(new Agent({ name: "Guide", model: replayed }), "Sure?", { session })
    assert.deepEqual(gist(replayed.lastCall!.request.input as AgentInputItem[]), [...stored, "user Sure?"])
  })
}

test("every method of the session", async () => {
  const { client, requests } = newClient()
  const session = new OpenAIConversationsSession({ client })
  await session.addItems([])
  assert.deepEqual(requests, [])
  const items: AgentInputItem[] = Array.from({ length: 150 }, (_, n) => ({ role: "user", content: `${n}` }))
  await session.addItems(items)
  assert.deepEqual(requests, ["POST /openai/v1/conversations", `POST ${ITEMS}`])
  const expected = items.map((_, n) => `user ${n}`)
  assert.deepEqual(gist(await session.getItems()), expected)
  assert.deepEqual(gist(await session.getItems(3)), expected.slice(-3))
  assert.deepEqual(gist(await session.getItems(130)), expected.slice(-130))
  assert.deepEqual(gist([(await session.popItem())!]), ["user 149"])
  assert.deepEqual(gist(await session.getItems(1)), ["user 148"])

  const id = await session.getSessionId()
  await session.clearSession()
  await assert.rejects(new OpenAIConversationsSession({ client, conversationId: id }).getItems(), NotFoundError)
  assert.deepEqual(await session.getItems(), [])
  assert.notEqual(await session.getSessionId(), id)
  assert.equal(await session.popItem(), undefined)
})

test("items of every type that a session replays can be read back", async () => {
  const { client } = newClient()
  const session = new OpenAIConversationsSession({ client })
  const items: AgentInputItem[] = [
    { role: "system", content: "Be brief" },
    { role: "user", content: [{ type: "input_text", text: "See" }, { type: "input_image", image: "https://example.com/a.png" }] },
    { type: "reasoning", id: "rs_1", content: [{ type: "input_text", text: "hm" }] },
    { role: "assistant", status: "completed", content: [{ type: "output_text", text: "A cat" }] },
    { role: "assistant", status: "completed", content: [{ type: "refusal", refusal: "no" }] },
  ]
  await session.addItems(items)
  const read = await session.getItems()
  assert.deepEqual(read.map(item => item.type ?? "message"), ["message", "message", "reasoning", "message", "message"])
  await new OpenAIConversationsSession({ client }).addItems(read)
})
