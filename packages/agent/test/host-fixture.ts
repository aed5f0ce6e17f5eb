import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pino, { type Logger } from 'pino'
import { findRunAs, type RunAs } from '../src/host/run-as.ts'

/** Says only what a test's own failure would not. */
export const quiet: Logger = pino({ level: 'fatal' })

export interface TestHost {
  /** A storage root of its own, with a `data` directory that the run-as user can pass through. */
  readonly root: string
  readonly runAs: RunAs | null
  /** A new directory for a server's socket. */
  socketDirectory(): Promise<string>
  remove(): Promise<void>
}

/** A temporary place for servers, as the agent would have on a host. */
export async function makeTestHost(): Promise<TestHost> {
  const root = await mkdtemp(join(tmpdir(), 'croft-'))
  await chmod(root, 0o711)
  await mkdir(join(root, 'data'))
  await chmod(join(root, 'data'), 0o711)
  let sockets = 0
  return {
    root,
    runAs: await findRunAs(undefined),
    async socketDirectory() {
      const directory = join(root, `s${sockets++}`)
      await mkdir(directory)
      return directory
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** Whether a process runs; one that has ended and that nobody has waited for yet does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-p', String(pid)]).catch(() => ({
    stdout: 'Z',
  }))
  return !stdout.trim().startsWith('Z')
}
