import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const TIMEOUT_MS = 120_000

/** Runs a program under this Node and answers what it prints, as JSON. */
export async function runJson<Result>(program: string, args: readonly string[]): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    timeout: TIMEOUT_MS,
    maxBuffer: 16 * 1024 * 1024,
  })
  return JSON.parse(stdout)
}
