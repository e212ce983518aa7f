// Compiled, and never run: each query parameter in openapi.yaml has an option.

import type { PageQuery, ThreadQuery, operations } from "bobbin-client"

type Operation = keyof operations

type Parameters<O extends Operation> = operations[O] extends { parameters: { query?: infer Q } }
  ? BaseName<keyof NonNullable<Q> & string>
  : never

/** `created_at[gte]` is `created_at`, `metadata.{key}` is `metadata`. */
type BaseName<S extends string> = S extends `${infer B}[${string}` ? B : S extends `${infer B}.${string}` ? B : S

type Snake<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : S

type Missing<O extends Operation, Options> = Exclude<Parameters<O>, Snake<keyof Options & string>>

function assertNone<T extends never>(): T[] {
  return []
}

assertNone<Missing<"load_threads", ThreadQuery>>()
assertNone<Missing<"load_thread_items", PageQuery & { around: string }>>()
