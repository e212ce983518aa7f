// Runs all tests, each file in a process of its own, against one service.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

import { Service } from "./service.js"

const here = dirname(fileURLToPath(import.meta.url))
const files = readdirSync(here).filter(file => file.endsWith(".test.js"))
const service = new Service()
const interrupted = new Promise<number>(resolve => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve(1))
})
try {
  const BOBBIN_TEST_BASE_URL = process.env.BOBBIN_TEST_BASE_URL ?? (await service.start())
  const tests = spawn(
    process.execPath,
    ["--test", "--test-reporter=spec", ...process.argv.slice(2), ...files.map(file => join(here, file))],
    { env: { ...process.env, BOBBIN_TEST_BASE_URL }, stdio: "inherit" },
  )
  const ended = once(tests, "exit").then(([code]) => (code as number | null) ?? 1)
  process.exitCode = await Promise.race([ended, interrupted])
  tests.kill()
} finally {
  await service.stop()
}
