// Chats of Vercel's AI SDK.

import { Bobbin } from "./bobbin.js"
import type { NewThread, Thread, ThreadItem } from "./documents.js"
import { BobbinError } from "./errors.js"
import type { BobbinOptions, CallOptions } from "./http.js"
import type { Pages } from "./pages.js"
import type { ThreadQuery } from "./query.js"

/** What the store must know of a `UIMessage`; `bobbinChatStore<MyUIMessage>` for your own type of them. */
export interface ChatMessage {
  id: string
  role: "system" | "user" | "assistant"
  metadata?: unknown
  parts: any[]
}

/** A Bobbin for one of its users, or the options of one; the AI SDK's spelling `baseURL` is understood as well. */
export type ChatStoreOptions = Bobbin | BobbinOptions | (Omit<BobbinOptions, "baseUrl"> & { baseURL: string })

const KIND = "ui_chat"
const TYPE = "ui_message"
const BATCH = 1_000
/** Of so many chats a store remembers what it has stored. */
const REMEMBERED = 100

type Item<M> = ThreadItem & { message: M }

/** The functions that keep the chats of one user; they need no `this`. */
export type ChatStore<M extends ChatMessage = ChatMessage> = Chats<M>

/** Keeps the chats of one user. */
export function bobbinChatStore<M extends ChatMessage = ChatMessage>(options: ChatStoreOptions): ChatStore<M> {
  if (options instanceof Bobbin) return new Chats<M>(options)
  return new Chats<M>(new Bobbin("baseURL" in options ? { ...options, baseUrl: options.baseURL } : options))
}

class Chats<M extends ChatMessage = ChatMessage> {
  readonly #bobbin: Bobbin
  /** By chat: the digests of its messages by their ids, in order, as this store has last seen them. */
  readonly #seen = new Map<string, Map<string, string>>()

  constructor(bobbin: Bobbin) {
    this.#bobbin = bobbin
  }

  /** Creates a chat, with a `title` and `metadata` if given, and returns its id. */
  readonly createChat = async (chat: Pick<NewThread, "title" | "metadata"> = {}): Promise<string> => {
    const { document } = await this.#bobbin.threads.create(chat, { kind: KIND })
    this.#remember(document.id, new Map())
    return document.id
  }

  /** Loads the messages of a chat, oldest first; none if there is no such chat. */
  readonly loadChat = async (id: string): Promise<M[]> => {
    const messages: M[] = []
    for await (const item of this.#bobbin.items.list(id, { order: "asc", limit: 100 })) {
      if (item.type !== TYPE) throw new TypeError(`${id} is no chat of the AI SDK: it has a ${item.type}`)
      messages.push((item as Item<M>).message)
    }
    this.#remember(id, await digests(messages.map(message => [message.id, JSON.stringify(message)])))
    return messages
  }

  /**
   * Saves a chat, given all its messages; a chat that does not exist is created.
   *
   * Only messages that are new or have changed since this store has last loaded or saved the chat are sent, and only
   * those that are missing since then are deleted. So nothing is lost that others add at the same time, and of two
   * that change one message the later wins. A message without an id gets one.
   */
  readonly saveChat = async (chat: { messages: M[] } & ({ id: string } | { chatId: string })): Promise<void> => {
    const id = "chatId" in chat ? chat.chatId : chat.id
    if (!this.#seen.has(id)) await this.loadChat(id)
    const seen = this.#seen.get(id)!
    const messages = chat.messages.map(message => (message.id ? message : { ...message, id: newId() }))
    const texts = new Map(messages.map(message => [message.id, JSON.stringify(message)]))
    const given = await digests([...texts])
    this.#seen.delete(id)

    const kept = [...seen.keys()].filter(message => given.has(message))
    if (!kept.every((message, at) => messages[at]?.id === message)) {
      // some have changed places, or are new between others
      await this.#bobbin.items.replaceAll(id, [...texts].map(itemOf), { create: true, kind: KIND })
    } else {
      const changed = [...texts].filter(([message]) => given.get(message) !== seen.get(message)).map(itemOf)
      for (let at = 0; at < changed.length; at += BATCH) await this.#add(id, changed.slice(at, at + BATCH))
      for (const gone of seen.keys()) {
        if (!given.has(gone)) await this.#bobbin.items.delete(id, gone)
      }
    }
    this.#remember(id, given)
  }

  /** Lists chats, the last active first. */
  readonly listChats = (options: ThreadQuery & CallOptions = {}): Pages<Thread> => {
    return this.#bobbin.threads.list({ sort: "active_at", ...options, kind: KIND })
  }

  /** Deletes a chat and its messages, silently if there is none. */
  readonly deleteChat = async (id: string): Promise<void> => {
    await this.#bobbin.threads.delete(id)
    this.#seen.delete(id)
  }

  async #add(id: string, items: string[]): Promise<void> {
    try {
      await this.#bobbin.items.addMany(id, items, { onConflict: "replace" })
    } catch (error) {
      if (!(error instanceof BobbinError && error.status === 404)) throw error
      await this.#bobbin.threads.save(id, { id, created_at: new Date().toISOString() }, { kind: KIND })
      await this.#bobbin.items.addMany(id, items, { onConflict: "replace" })
    }
  }

  #remember(id: string, messages: Map<string, string>): void {
    this.#seen.delete(id)
    this.#seen.set(id, messages)
    const [oldest] = this.#seen.keys()
    if (this.#seen.size > REMEMBERED) this.#seen.delete(oldest!)
  }
}

/** Within a member of its own, a message keeps exactly its own members. */
function itemOf([id, message]: [string, string]): string {
  return `{"id":${JSON.stringify(id)},"type":"${TYPE}","message":${message}}`
}

async function digests(texts: [string, string][]): Promise<Map<string, string>> {
  const encoder = new TextEncoder()
  const digest = async (text: string) => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)))
  return new Map(await Promise.all(texts.map(async ([id, text]) => [id, await digest(text)] as const)))
}

function newId(): string {
  return "msg_" + hex(crypto.getRandomValues(new Uint8Array(12)).buffer)
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, "0")).join("")
}
