import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const BIN = join(import.meta.dirname, '..', 'node_modules', '.bin')
const TIMEOUT_MS = 60_000

export interface Client {
  /** Its working directory, empty at first. */
  readonly directory: string
  /**
   * Runs a program of this package's node_modules/.bin, or of a path, with Node, as on a machine that has nothing but it: no
   * settings of the user, and of the network only what the settings name.
   */
  run(program: string, ...args: readonly string[]): Promise<Ended>
  remove(): Promise<void>
}
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A place to run the command line clients in, with settings as environment variables. */
export async function newClient(settings: Readonly<Record<string, string>>): Promise<Client> {
  const root = await mkdtemp(join(tmpdir(), 'croft client '))
  const directory = join(root, 'work')
  const home = join(root, 'home')
  await Promise.all([mkdir(directory), mkdir(home)])
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    CI: '1',
    NO_COLOR: '1',
    DO_NOT_TRACK: '1',
    CHECKPOINT_DISABLE: '1',
    PRISMA_SKILLS_CHECK: '0',
    ...settings,
  }
  return {
    directory,
    run: (program, ...args) => run([resolve(BIN, program), ...args], { cwd: directory, env }),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

function run(args: readonly string[], where: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Ended> {
  return new Promise((end, reject) => {
    const child = spawn(process.execPath, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text
      })
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${args.join(' ')} did not end in time:\n${output.stdout}${output.stderr}`))
    }, TIMEOUT_MS)
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      end({ code, ...output })
    })
  })
}
