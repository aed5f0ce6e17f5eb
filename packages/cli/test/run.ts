import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
export const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Result {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** For its standard input. */
  readonly input?: string
}

export interface Running {
  readonly child: ChildProcess
  readonly result: Promise<Result>
  /** Resolves when the output has the text; rejects when the process ends without it. */
  saw(text: string | RegExp): Promise<void>
}

/** This process' environment without what would change the CLI's behaviour. */
export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(CROFT_|npm_|NODE_|FORCE_COLOR|NO_COLOR|CI$)/.test(name),
  )
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    // Whoever runs the tests may be logged in somewhere.
    XDG_CONFIG_HOME: join(tmpdir(), 'croft-tests-keep-nothing-here'),
    ...more,
  }
}

/** Starts a program and collects what it says. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(file, args, {
    cwd: options.cwd ?? REPOSITORY,
    env: options.env ?? cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // One that ends without reading it is no fault of the test.
  child.stdin.on('error', () => undefined).end(options.input)
  let out = ''
  let err = ''
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    for (const listener of listeners) listener()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    for (const listener of listeners) listener()
  })
  const result = new Promise<Result>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
  return {
    child,
    result,
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!(typeof text === 'string' ? `${out}${err}`.includes(text) : text.test(`${out}${err}`))) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        void result.then((ended) =>
          reject(new Error(`it ended (${ended.code}) without ${text}:\n${out}${err}`)),
        )
      }),
  }
}

/** Runs the CLI under the Node of this test. */
export function croft(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return run(process.execPath, [MAIN, ...args], options).result
}
