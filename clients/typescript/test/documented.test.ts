// The JavaScript programs of docs/openai.md run as they stand, and print what the page says.

import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const here = dirname(fileURLToPath(import.meta.url))
const page = readFileSync(join(here, "..", "..", "..", "docs", "openai.md"), "utf8")
const programs = [...page.matchAll(/^```js\n(.*?)^```\n\n```text\n(.*?)^```/gms)]

test("the page has programs, and what each prints", () => {
  assert.equal(programs.length, 2)
  assert.equal(page.match(/^```(js|ts)$/gm)?.length, programs.length)
})

for (const [, program, output] of programs) {
  test(`the program that prints ${output!.split("\n")[0]}`, async () => {
    assert.ok(program!.split("\n").filter(Boolean).length < 20)
    // within the package, so that it finds this and its dependencies
    const directory = mkdtempSync(join(here, "documented-"))
    try {
      writeFileSync(join(directory, "program.mjs"), program!)
      const env = { ...process.env, BOBBIN_URL: process.env.BOBBIN_TEST_BASE_URL, BOBBIN_API_KEY: "test-key-acme" }
      const { stdout } = await promisify(execFile)(process.execPath, [join(directory, "program.mjs")], { env })
      assert.equal(stdout, output)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
}
