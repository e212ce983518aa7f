// The real processes the tests run against: Postgres and the packaged service.

import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const REPO = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..")
const JAR = join(REPO, "target", "quarkus-app", "quarkus-run.jar")
const TEST_CLASSES = join(REPO, "target", "test-classes")
const TEST_CLASSPATH = join(REPO, "target", "test-classpath.txt")
const JAVA = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java"

/** A Bobbin with a Postgres of its own; `stop` ends both and removes their logs. */
export class Service {
  readonly #work = mkdtempSync(join(tmpdir(), "bobbin-client-"))
  readonly #processes: ChildProcess[] = []
  #bobbin?: ChildProcess
  #env: NodeJS.ProcessEnv = {}

  async start(): Promise<string> {
    for (const file of [JAR, TEST_CLASSPATH]) {
      if (!existsSync(file)) throw new Error(`${file} is missing: run ./mvnw verify -DskipTests first`)
    }
    const database = process.env.BOBBIN_TEST_DATABASE_URL ?? (await this.#startPostgres())
    const port = await freePort()
    this.#env = {
      ...process.env,
      DATABASE_URL: database,
      QUARKUS_HTTP_HOST: "127.0.0.1",
      QUARKUS_HTTP_PORT: String(port),
      BOBBIN_AUTH_MODE: "api-key",
      BOBBIN_AUTH_API_KEYS: "acme=test-key-acme,beta=test-key-beta",
    }
    const url = `http://127.0.0.1:${port}`
    await this.#startBobbin(url)
    return url
  }

  /** Ends Bobbin, and starts another one in its place. */
  async restart(url: string): Promise<void> {
    await end(this.#bobbin!)
    await this.#startBobbin(url)
  }

  async #startBobbin(url: string): Promise<void> {
    const log = join(this.#work, "bobbin.log")
    const output = openSync(log, "a")
    const bobbin = this.#spawn(["-jar", JAR], { env: this.#env, stdio: ["ignore", output, output] })
    this.#bobbin = bobbin
    const giveUpAt = Date.now() + 300_000
    while (!(await isReady(url))) {
      if (bobbin.exitCode !== null || Date.now() > giveUpAt) {
        throw new Error(`Bobbin did not become ready:\n${readFileSync(log, "utf8").slice(-4000)}`)
      }
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }

  async stop(): Promise<void> {
    for (const process of this.#processes.reverse()) await end(process)
    rmSync(this.#work, { recursive: true, force: true })
  }

  /** The project's own test database: says its URL on the first line. */
  async #startPostgres(): Promise<string> {
    const classpath = TEST_CLASSES + delimiter + readFileSync(TEST_CLASSPATH, "utf8").trim()
    const log = join(this.#work, "postgres.log")
    const postgres = this.#spawn(["-cp", classpath, "dev.bobbin.support.RunTestDatabase"], {
      env: process.env,
      stdio: ["pipe", "pipe", openSync(log, "a")],
    })
    for await (const line of createInterface({ input: postgres.stdout! })) {
      if (line.startsWith("postgresql://")) return line.trim()
    }
    throw new Error(`The test database did not start:\n${readFileSync(log, "utf8").slice(-4000)}`)
  }

  #spawn(args: string[], options: Parameters<typeof spawn>[2]): ChildProcess {
    const process = spawn(JAVA, args, options)
    this.#processes.push(process)
    return process
  }
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const ended = once(process, "exit")
  // the end of its input is what ends the database, and Postgres with it
  if (process.stdin) process.stdin.end()
  else process.kill("SIGTERM")
  const timer = setTimeout(() => process.kill("SIGKILL"), 30_000)
  await ended
  clearTimeout(timer)
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/q/health/ready`, { signal: AbortSignal.timeout(5_000) })).ok
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, "close")
  return port
}
