import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { waitForDatabase } from '../src/platform/db/wait-for-database.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

export const TEST_USER = 'croft'
export const TEST_PASSWORD = 'open sesame?/&@'

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface TestServer {
  /** Address of one of its databases. */
  url(database: string): string
  start(): Promise<void>
  /** `fast` ends sessions and shuts down; `kill` is a crash. */
  stop(how?: 'fast' | 'kill'): Promise<void>
}

export async function makeDirectory(prefix: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), prefix))
  const { uid, gid } = unprivilegedUser()
  if (uid !== undefined && gid !== undefined) await chown(directory, uid, gid)
  return directory
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/**
 * A server on a data directory (its socket and log lie beside it) with the user `croft`, which may log in without a password over the socket and
 * with one over TCP. It does not care for crashes of the machine. Not started yet.
 */
export async function testServer(data: string, listenOn: 'socket' | 'tcp' = 'socket'): Promise<TestServer> {
  const { bin } = await postgresBinaries()
  const sockets = dirname(data)
  const port = listenOn === 'tcp' ? await freePort() : 5432
  let child: ChildProcess | undefined
  const killAtExit = (): void => void child?.kill('SIGQUIT')
  // Without a handler a signal ends this process without its `exit` event.
  const exitOn = (): never => process.exit(1)

  const url = (database: string): string =>
    listenOn === 'tcp'
      ? `postgres://${TEST_USER}:${encodeURIComponent(TEST_PASSWORD)}@127.0.0.1:${port}/${database}`
      : `postgres://${TEST_USER}@/${database}?host=${encodeURIComponent(sockets)}`

  const settings = {
    listen_addresses: listenOn === 'tcp' ? '127.0.0.1' : '',
    port: String(port),
    unix_socket_directories: sockets,
    fsync: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    max_connections: '300',
    shared_buffers: '16MB',
    io_method: 'sync',
    dynamic_shared_memory_type: 'mmap',
  }

  return {
    url,
    async start() {
      const logFile = join(sockets, 'log')
      const log = await open(logFile, 'a')
      const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const started = spawn(join(bin, 'postgres'), ['-D', data, ...args], {
        ...unprivilegedUser(),
        cwd: '/',
        stdio: ['ignore', log.fd, log.fd],
      })
      child = started
      // The tests end when they end; the server is stopped by `stop` or by the exit of this process.
      started.unref()
      process.once('exit', killAtExit)
      for (const signal of ENDING) process.once(signal, exitOn)
      const dead = new AbortController()
      started.once('exit', () => dead.abort())
      try {
        await waitForDatabase(url('postgres'), 20_000, dead.signal)
      } catch (error) {
        throw new Error(`the test server does not start:\n${await readFile(logFile, 'utf8')}`, {
          cause: error,
        })
      } finally {
        await log.close()
      }
    },
    async stop(how = 'fast') {
      const stopping = child
      child = undefined
      process.off('exit', killAtExit)
      for (const signal of ENDING) process.off(signal, exitOn)
      if (stopping && stopping.exitCode === null && stopping.signalCode === null) {
        const ended = once(stopping, 'exit')
        stopping.ref()
        // SIGKILL would leave the shared memory and the children to themselves; SIGQUIT crashes them all.
        stopping.kill(how === 'kill' ? 'SIGQUIT' : 'SIGINT')
        await ended
      }
    },
  }
}

export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
