export type { Attachments } from "./attachments.js"
export { Bobbin } from "./bobbin.js"
export type { CreateOptions, GetOptions, SaveOptions, WriteOptions } from "./calls.js"
export { type ChatMessage, type ChatStore, type ChatStoreOptions, bobbinChatStore } from "./chat-store.js"
export type {
  Attachment,
  MergePatch,
  NewAttachment,
  NewThread,
  NewThreadItem,
  Saved,
  SearchHit,
  Stored,
  Thread,
  ThreadItem,
  ThreadState,
} from "./documents.js"
export { BobbinError } from "./errors.js"
export type { BobbinOptions, CallOptions } from "./http.js"
export type { AddOptions, Items, ItemWriteOptions } from "./items.js"
export type { components, operations, paths } from "./openapi.js"
export type { Page, Pages } from "./pages.js"
export type { Order, PageQuery, ThreadFilters, ThreadQuery, Times } from "./query.js"
export type { DeleteThreadOptions, NewThreadOptions, Threads } from "./threads.js"
