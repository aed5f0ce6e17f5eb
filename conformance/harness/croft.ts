import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { testEngines } from './engines-directory.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 30_000

/** bootstrap.json, as design and documentation promise it. */
export interface Bootstrap {
  readonly url: string
  readonly adminEmail: string
  readonly adminPassword: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly serviceToken: string
  readonly adminToken: string
  readonly agentToken: string
  readonly postgres: { readonly host: string; readonly port: number }
  readonly mariadb: { readonly host: string; readonly port: number }
  readonly redis: { readonly host: string; readonly port: number }
}

export interface Croft {
  readonly dataDirectory: string
  readonly bootstrap: Bootstrap
  /** The launcher's. */
  readonly pid: number
  /** Pids by the names the launcher gives its processes: `metadata`, `server`, `agent`. */
  children(): Readonly<Record<string, number>>
  /** What it has printed so far. */
  output(): string
  /** Stops it as Ctrl-C does; rejects when it does not end in time. Answers the exit code. */
  stop(): Promise<number | null>
  /** Ends the launcher with SIGKILL and waits until it is gone; its children end by themselves. */
  kill(): Promise<void>
}

/** A data directory of its own, with a space in its name, as people have them. */
export async function newDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'croft test '))
  // As root, database servers run as another user, who has to get through.
  await chmod(directory, 0o711)
  return directory
}

export async function removeDataDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}

/**
 * Starts Croft as `npm start` does, on free ports, and resolves when its panel is printed. Black box: only the
 * command line, the data directory's documented files and the network are used.
 */
export async function startCroft(
  dataDirectory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Croft> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'start.mjs')], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: '1',
      CROFT_DATA_DIR: dataDirectory,
      CROFT_PORT: '0',
      CROFT_POSTGRES_PORT: '0',
      CROFT_MARIADB_PORT: '0',
      CROFT_REDIS_PORT: '0',
      CROFT_DATABASE_PORTS: '0',
      CROFT_ENGINES_DIR: testEngines(),
      CROFT_CHECK_RESPONSES: 'on',
      CROFT_CREATE_DB: 'on',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      output += text
    })
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!output.includes('Ctrl-C stops everything')) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`Croft ended at its start (${child.exitCode ?? child.signalCode}):\n${output}`)
    }
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`Croft did not start in time:\n${output}`)
    }
    await sleep(20)
  }
  return control(child, dataDirectory, () => output)
}

function control(child: ChildProcess, dataDirectory: string, output: () => string): Croft {
  const { pid } = child
  if (pid === undefined) throw new Error('no pid')
  const bootstrap: Bootstrap = JSON.parse(readFileSync(join(dataDirectory, 'bootstrap.json'), 'utf8'))
  const ended = new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode)
    child.once('exit', (code) => resolve(code))
  })
  return {
    dataDirectory,
    bootstrap,
    pid,
    output,
    children() {
      const lock = JSON.parse(readFileSync(join(dataDirectory, 'croft.lock'), 'utf8'))
      const pids: Record<string, number> = {}
      for (const { name, pid } of lock.children) pids[name] = pid
      return pids
    },
    async stop() {
      child.kill('SIGTERM')
      const timeout = sleep(STOP_TIMEOUT_MS, 'late' as const, { ref: false })
      const end = await Promise.race([ended, timeout])
      if (end !== 'late') return end
      child.kill('SIGKILL')
      throw new Error(`Croft did not stop in time:\n${output()}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
