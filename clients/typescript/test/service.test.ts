// The calls, against the packaged service.

import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"

import { Bobbin, type ThreadItem, type ThreadQuery } from "bobbin-client"

const baseUrl = process.env.BOBBIN_TEST_BASE_URL!
const NOT_FOUND = { status: 404, type: "urn:bobbin:problem:not-found" }

/** A client for a new user, so that tests share a database without seeing each other. */
function newUser(apiKey = "test-key-acme"): Bobbin {
  return new Bobbin({ baseUrl, apiKey, user: `ann-${randomUUID()}` })
}

function message(text: string, n: number) {
  const created_at = `2026-01-01T09:00:0${n}`
  return { id: `msg_${n}`, type: "assistant_message", created_at, content: [{ type: "output_text", text }] }
}

async function ids(rows: AsyncIterable<{ id: string }>): Promise<string[]> {
  const found: string[] = []
  for await (const row of rows) found.push(row.id)
  return found
}

async function threadWith(bobbin: Bobbin, ...texts: string[]): Promise<string> {
  const items = texts.map((text, at) => message(text, at + 1))
  return (await bobbin.threads.create({ title: "A thread", items })).document.id
}

test("a thread's life", async () => {
  const { threads } = newUser()
  const { document, created, etag, raw } = await threads.create({ title: "Hello", metadata: { project: "a" } })
  assert.match(document.id, /^thr_[0-9a-f]{24}$/)
  assert.ok(created)
  assert.match(etag!, /^"[0-9a-f]{32}"$/)
  assert.deepEqual(JSON.parse(raw), document)

  const loaded = await threads.get(document.id)
  assert.deepEqual(loaded, { document, created: false, etag, raw })
  assert.equal(await threads.get(document.id, { ifNoneMatch: etag! }), null)

  const renamed = await threads.patch(document.id, { title: "New", metadata: { more: 1 } }, { ifMatch: etag! })
  assert.deepEqual(renamed.document.metadata, { project: "a", more: 1 })
  const replaced = { ...renamed.document, title: "Newer" }
  const saved = await threads.save(document.id, replaced, { ifMatch: renamed.etag! })
  assert.equal(saved.created, false)
  assert.deepEqual(await threads.get(document.id), { document: replaced, ...saved, raw: JSON.stringify(replaced) })

  await threads.delete(document.id, { ifMatch: saved.etag! })
  await assert.rejects(threads.get(document.id), NOT_FOUND)
  await threads.delete(document.id)
})

test("documents come back byte for byte", async () => {
  const { threads } = newUser()
  const text = '{"id": "thr_1",  "n": 1.50, "big": 12345678901234567890, "title":"\\u00fc 🧵"}'
  const { etag } = await threads.save("thr_1", text)
  assert.equal((await threads.get("thr_1")).raw, text)
  const patched = await threads.patch("thr_1", { title: null, new: true }, { ifMatch: etag! })
  assert.match(patched.raw, /"n": 1\.50, "big": 12345678901234567890/)
})

test("a failed precondition changes nothing, and says the current etag", async () => {
  const { threads } = newUser()
  const { document, etag } = await threads.create({ title: "Mine" })
  const failed = { status: 412, type: "urn:bobbin:problem:precondition-failed", etag }
  await assert.rejects(threads.patch(document.id, { title: "Yours" }, { ifMatch: '"another"' }), failed)
  await assert.rejects(threads.save(document.id, document, { ifNoneMatch: "*" }), failed)
  await assert.rejects(threads.delete(document.id, { ifMatch: '"another"' }), failed)
  await assert.rejects(threads.save("new", { id: "new" }, { ifMatch: "*" }), { status: 412, etag: undefined })
  assert.equal((await threads.get(document.id)).document.title, "Mine")
})

test("the same idempotency key finds the thread that it created", async () => {
  const { threads } = newUser()
  const idempotencyKey = randomUUID()
  const first = await threads.create({ title: "Once" }, { idempotencyKey })
  const again = await threads.create({ title: "Once" }, { idempotencyKey })
  assert.deepEqual(again, { ...first, created: false })
  await assert.rejects(threads.create({ title: "Twice" }, { idempotencyKey }), { status: 409 })
  assert.equal((await threads.list()).data.length, 1)
})

test("the list is filtered, counted and sorted by activity", async () => {
  const bobbin = newUser()
  for (let n = 0; n < 5; n++) {
    await bobbin.threads.save(`thr_${n}`, {
      id: `thr_${n}`,
      created_at: `2026-01-0${n + 1}T00:00:00Z`,
      title: n % 2 ? "Odd" : "Even",
      status: { type: n === 4 ? "locked" : "active" },
      metadata: { project: n < 3 ? "a" : "b" },
    })
  }
  await bobbin.items.add("thr_1", { ...message("Newest", 1), created_at: "2026-02-01T00:00:00Z" })
  await bobbin.items.add("thr_1", { id: "h", type: "hidden_context_item", created_at: "2026-02-02T00:00:00Z" })

  const byActivity = await bobbin.threads.list({ sort: "active_at", include: "last_item", limit: 2 })
  const rows = byActivity.data.map(thread => [thread.id, thread.last_item?.id])
  assert.deepEqual(rows, [["thr_1", "msg_1"], ["thr_4", undefined]])
  const { next } = byActivity
  const following = await bobbin.threads.list({ cursor: next!, limit: 2 })
  assert.deepEqual(following.data.map(thread => thread.id), ["thr_3", "thr_2"])
  const back = await bobbin.threads.list({ cursor: following.previous!, limit: 2 })
  assert.deepEqual(back.data.map(thread => thread.id), ["thr_1", "thr_4"])

  const listed = (query: ThreadQuery) => ids(bobbin.threads.list(query))
  assert.deepEqual(await listed({ metadata: { project: "a" }, title: "ev", limit: 1 }), ["thr_2", "thr_0"])
  assert.deepEqual(await listed({ status: "locked" }), ["thr_4"])
  const createdAt = { gte: new Date("2026-01-02"), lt: "2026-01-04" }
  assert.deepEqual(await listed({ createdAt }), ["thr_2", "thr_1"])
  assert.deepEqual(await listed({ activeAt: { gt: "2026-01-05" } }), ["thr_1"])
  const before = await bobbin.threads.list({ before: "thr_2", order: "asc" })
  assert.deepEqual(before.data.map(thread => thread.id), ["thr_0", "thr_1"])
  assert.deepEqual((await bobbin.threads.list({ count: true, title: "odd" })).total, { value: 2, relation: "eq" })
  await assert.rejects(bobbin.threads.list({ cursor: "no cursor" }).then(), { status: 400 })
})

test("an archived thread leaves the list", async () => {
  const { threads } = newUser()
  const { document, etag } = await threads.create({ title: "Old" })
  assert.equal((await threads.state(document.id)).archived, false)
  const state = await threads.setArchived(document.id)
  assert.equal(state.archived, true)
  assert.deepEqual(await threads.state(document.id), state)
  assert.equal((await threads.get(document.id)).etag, etag)
  assert.deepEqual(await ids(threads.list()), [])
  assert.deepEqual(await ids(threads.list({ archived: true })), [document.id])
  assert.equal((await threads.setArchived(document.id, false)).archived, false)
  assert.deepEqual(await ids(threads.list({ archived: "any" })), [document.id])
})

test("threads are deleted in bulk if their number is confirmed", async () => {
  const bobbin = newUser()
  for (const title of ["Draft 1", "Draft 2", "Final"]) await bobbin.threads.create({ title })
  const wrong = { status: 409, type: "urn:bobbin:problem:count-changed" }
  await assert.rejects(bobbin.threads.deleteMatching({ title: "draft", confirm: 3 }), wrong)
  assert.equal(await bobbin.threads.deleteMatching({ title: "draft", confirm: 2 }), 2)
  assert.deepEqual((await bobbin.threads.list()).data.map(thread => thread.title), ["Final"])
})

test("a thread is forked up to an item", async () => {
  const bobbin = newUser()
  const source = await threadWith(bobbin, "one", "two", "three")
  const { document, created } = await bobbin.threads.fork(source, { after: "msg_2", metadata: { branch: true } })
  assert.ok(created)
  assert.deepEqual(document.metadata, { branch: true, forked_from: { thread_id: source, item_id: "msg_2" } })
  assert.equal(document.title, "A thread")
  assert.deepEqual(await ids(bobbin.items.list(document.id, { order: "asc" })), ["msg_1", "msg_2"])
  const whole = await bobbin.threads.fork(source, { id: "copy" })
  assert.equal(whole.document.id, "copy")
  assert.deepEqual(await ids(bobbin.items.list("copy")), ["msg_3", "msg_2", "msg_1"])
  await assert.rejects(bobbin.threads.fork("none"), NOT_FOUND)
})

test("an item's life", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin)
  const added = await bobbin.items.add(thread, { type: "assistant_message", content: [] })
  const { id } = added.document
  assert.match(id, /^msg_[0-9a-f]{24}$/)
  assert.deepEqual(await bobbin.items.get(thread, id), { ...added, created: false })
  assert.equal(await bobbin.items.get(thread, id, { ifNoneMatch: added.etag! }), null)
  const patched = await bobbin.items.patch(thread, id, { feedback: "good" }, { ifMatch: added.etag! })
  assert.equal(patched.document.feedback, "good")
  const outdated = bobbin.items.save(thread, id, added.document, { ifMatch: added.etag! })
  await assert.rejects(outdated, { status: 412, etag: patched.etag })
  assert.equal((await bobbin.items.save(thread, id, added.raw)).etag, added.etag)
  await bobbin.items.delete(thread, id)
  await assert.rejects(bobbin.items.get(thread, id), NOT_FOUND)
})

test("an item does not replace another one unless it is told to", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin, "one")
  const other = message("other", 1)
  await assert.rejects(bobbin.items.add(thread, other), { status: 409, type: "urn:bobbin:problem:conflict" })
  const { created, document } = await bobbin.items.add(thread, other, { onConflict: "replace" })
  assert.equal(created, false)
  assert.deepEqual(document, other)
})

test("iteration loads page after page, in both orders", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin)
  assert.deepEqual(await bobbin.items.addMany(thread, []), [])
  const items: ThreadItem[] = await bobbin.items.addMany(thread, Array.from({ length: 7 }, () => ({ type: "task" })))
  const expected = items.map(item => item.id)
  assert.deepEqual(await ids(bobbin.items.list(thread, { order: "asc", limit: 3 })), expected)
  assert.deepEqual(await ids(bobbin.items.list(thread, { limit: 3 })), expected.reverse())
})

test("iteration goes on when the last row of a page is deleted meanwhile", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin, "1", "2", "3", "4", "5")
  const seen: string[] = []
  for await (const { id } of bobbin.items.list(thread, { order: "asc", limit: 2 })) {
    seen.push(id)
    await bobbin.items.delete(thread, id)
  }
  assert.deepEqual(seen, ["msg_1", "msg_2", "msg_3", "msg_4", "msg_5"])
})

test("pages around, before and after an item", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin, "1", "2", "3", "4", "5")
  const page = await bobbin.items.around(thread, "msg_3", { limit: 3 })
  assert.deepEqual(page.data.map(item => item.id), ["msg_2", "msg_3", "msg_4"])
  assert.deepEqual(await ids(bobbin.items.list(thread, { cursor: page.next })), ["msg_5"])
  const before = await bobbin.items.list(thread, { before: "msg_3", order: "asc", limit: 1 })
  assert.deepEqual([before.data.map(item => item.id), before.has_more], [["msg_2"], true])
  const { document } = await bobbin.threads.getWithItems(thread, { limit: 1, order: "asc" })
  assert.deepEqual([document.items.data[0]!.id, document.items.has_more], ["msg_1", true])
})

test("all items are replaced at once", async () => {
  const bobbin = newUser()
  await assert.rejects(bobbin.items.replaceAll("memory", []), NOT_FOUND)
  await bobbin.items.replaceAll("memory", [message("1", 1), message("2", 2)], { create: true })
  const text = '{"id": "x",  "created_at": "2026-01-01T09:00:00", "type": "task"}'
  const [item] = await bobbin.items.replaceAll("memory", [text])
  assert.equal(item!.id, "x")
  assert.deepEqual(await ids(bobbin.items.list("memory")), ["x"])
  assert.equal((await bobbin.items.get("memory", "x")).raw, text)
})

test("later items are deleted", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin, "1", "2", "3")
  await bobbin.items.deleteAfter(thread, "msg_1")
  assert.deepEqual(await ids(bobbin.items.list(thread)), ["msg_1"])
})

test("a locked thread refuses writes that enforce its status", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin, "1")
  await bobbin.threads.patch(thread, { status: { type: "locked" } })
  const locked = { status: 409, type: "urn:bobbin:problem:thread-locked" }
  const enforceStatus = true
  await assert.rejects(bobbin.items.add(thread, { type: "task" }, { enforceStatus }), locked)
  await assert.rejects(bobbin.items.save(thread, "i", { type: "task" }, { enforceStatus }), locked)
  await assert.rejects(bobbin.items.patch(thread, "msg_1", {}, { enforceStatus }), locked)
  await assert.rejects(bobbin.items.delete(thread, "msg_1", { enforceStatus }), locked)
  await assert.rejects(bobbin.items.deleteAfter(thread, "msg_1", { enforceStatus }), locked)
  await assert.rejects(bobbin.items.replaceAll(thread, [], { enforceStatus }), locked)
  await bobbin.items.add(thread, { type: "task" })
})

test("attachments are listed by thread, and deleted with it", async () => {
  const { threads, attachments } = newUser()
  const { document } = await threads.create()
  for (const id of ["a", "b"]) {
    const { created } = await attachments.save(id, { id, type: "file", thread_id: document.id })
    assert.ok(created)
  }
  await attachments.save("c", { id: "c", type: "file" })
  assert.deepEqual(await ids(attachments.list({ limit: 1 })), ["c", "b", "a"])
  assert.deepEqual(await ids(attachments.list({ threadId: document.id, order: "asc" })), ["a", "b"])
  const { etag } = await attachments.get("c")
  assert.equal(await attachments.get("c", { ifNoneMatch: etag! }), null)
  await threads.delete(document.id, { attachments: "delete" })
  assert.deepEqual(await ids(attachments.list()), ["c"])
  await attachments.delete("c")
  await assert.rejects(attachments.get("c"), NOT_FOUND)
})

test("a search finds titles and items of this user alone", async () => {
  const bobbin = newUser()
  const thread = await threadWith(bobbin, "The quick brown fox", "Nothing here")
  const page = await bobbin.search("quick bro")
  assert.equal(page.data.length, 1)
  const [hit] = page.data
  assert.deepEqual([hit!.thread_id, hit!.item_id, hit!.type], [thread, "msg_1", "assistant_message"])
  assert.equal(hit!.snippet.map(part => part.text).join(""), "The quick brown fox")
  assert.ok(hit!.snippet.some(part => part.match))
  assert.deepEqual((await bobbin.search("thread", { sort: "rank" })).data.map(hit => hit.item_id), [null])
  assert.deepEqual((await newUser().search("quick")).data, [])
})

test("another user's, or another tenant's, thread does not exist", async () => {
  const ann = newUser()
  const { document } = await ann.threads.create()
  await assert.rejects(ann.forUser(`bob-${randomUUID()}`).threads.get(document.id), NOT_FOUND)
  await assert.rejects(newUser("test-key-beta").threads.get(document.id), NOT_FOUND)
})

test("ids with every kind of character find their document", async () => {
  const bobbin = newUser()
  for (const id of ["a/b", "ü 🧵", "100%", "a+b&c=d?#;", "..."]) {
    await bobbin.threads.save(id, { id })
    assert.equal((await bobbin.threads.get(id)).document.id, id)
  }
  assert.equal((await ids(bobbin.threads.list({ after: "a+b&c=d?#;" }))).length, 3)
})

test("a wrong key is told from everything else", async () => {
  const bobbin = new Bobbin({ baseUrl, apiKey: "wrong", user: "ann" })
  await assert.rejects(bobbin.threads.list().then(), { status: 401, type: "urn:bobbin:problem:unauthenticated" })
})
