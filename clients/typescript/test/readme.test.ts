// The README's examples run, one after the other.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { test } from "node:test"
import { fileURLToPath, pathToFileURL } from "node:url"

const here = dirname(fileURLToPath(import.meta.url))

test("the README's examples run", async () => {
  const readme = readFileSync(join(here, "..", "README.md"), "utf8")
  const examples = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code!)
  process.env.BOBBIN_URL = process.env.BOBBIN_TEST_BASE_URL
  process.env.BOBBIN_API_KEY = "test-key-acme"
  // within the package, so that it finds it by its name
  const directory = mkdtempSync(join(here, "readme-"))
  try {
    const module = join(directory, "readme.mjs")
    writeFileSync(module, examples.join("\n"))
    await import(pathToFileURL(module).href)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
