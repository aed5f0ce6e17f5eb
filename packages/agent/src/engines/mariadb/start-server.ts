import { createHash, randomBytes } from 'node:crypto'
import { chown, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { AgentFault } from '../../fault.ts'
import type { RunAs } from '../../host/run-as.ts'
import { giveDirectory } from '../../host/runtime-directory.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'
import { awaitAnswer } from '../await-answer.ts'
import { clearDirectory } from '../server-lock.ts'
import { type ServerProcess, spawnServer } from '../server-process.ts'
import { agentUser } from './access.ts'
import { type Management, openManagement } from './management.ts'
import { type ServerPlaces, serverArguments, socketOf, temporaryOf } from './options.ts'
import type { Programs } from './programs.ts'
import { mariadbServer } from './server-kind.ts'
import { followLog, type ServerLog } from './server-log.ts'
import { startFault } from './start-fault.ts'

export interface StartServerOptions extends ServerPlaces {
  readonly programs: Programs
  readonly settings: Readonly<Record<string, string>>
  readonly maxConnections: number
  readonly scratch: boolean
  readonly runAs: RunAs | null
  readonly log: Logger
}

export interface StartedServer {
  readonly process: ServerProcess<ServerLog>
  readonly management: Management
  /** Of the agent's account, while this server runs. */
  readonly password: string
}

/** What a server says last may come after its exit. */
const lastWordsMs = 500

/** Starts a server whatever a crash has left in its directory, and waits until it answers. Throws `AgentFault`. */
export async function startServer(options: StartServerOptions): Promise<StartedServer> {
  const { directory, runtimeDirectory, runAs } = options
  const found = await stat(join(directory, 'mysql', 'global_priv.frm')).catch(() => undefined)
  if (!found) throw new AgentFault('server-start-failed', 'The data directory is missing or incomplete.')
  await clearDirectory(directory, mariadbServer)
  await prepareDirectories(options)
  const password = randomBytes(24).toString('base64url')
  const initFile = join(runtimeDirectory, 'init.sql')
  await writeOwnedFile(initFile, agentAccount(password), runAs)
  // Before the server, so that no crash of the agent leaves one without it.
  await writeOwnedFile(join(directory, mariadbServer.lockFile), '', runAs)
  const process = await spawnProcess(options, initFile)
  const management = openManagement({ socket: socketOf(runtimeDirectory), password })
  try {
    await answering(process, management)
    await rm(initFile)
    return { process, management, password }
  } catch (error) {
    await process.stop('immediate')
    await management.close()
    await rm(initFile, { force: true })
    throw error
  }
}

/** Leaves nothing of an earlier run in a server's directories. */
async function prepareDirectories({ directory, runtimeDirectory, runAs }: StartServerOptions): Promise<void> {
  await giveDirectory(runtimeDirectory, runAs)
  await rm(socketOf(runtimeDirectory), { force: true })
  const temporary = temporaryOf(directory)
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { mode: 0o700 })
  if (runAs) await chown(temporary, runAs.uid, runAs.gid)
}

/** Whatever account of that name came with the data; the hash is what mysql_native_password stores. */
function agentAccount(password: string): string {
  const hash = sha1(sha1(Buffer.from(password)))
    .toString('hex')
    .toUpperCase()
  const account = `'${agentUser}'@'localhost'`
  return [
    `CREATE OR REPLACE USER ${account} IDENTIFIED VIA mysql_native_password USING '*${hash}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    '',
  ].join('\n')
}

function sha1(data: Buffer): Buffer {
  return createHash('sha1').update(data).digest()
}

async function spawnProcess(
  options: StartServerOptions,
  initFile: string,
): Promise<ServerProcess<ServerLog>> {
  const { programs, directory, runAs, log } = options
  try {
    return await spawnServer({
      kind: mariadbServer,
      program: programs.mariadbd,
      args: serverArguments({ ...options, initFile }),
      env: programs.env,
      ...{ directory, runAs, log, followLog },
    })
  } catch (error) {
    throw new AgentFault('server-start-failed', 'The MariaDB program could not be executed.', {
      cause: error,
    })
  }
}

function answering(process: ServerProcess<ServerLog>, management: Management): Promise<void> {
  return awaitAnswer({
    process,
    ready: process.log.ready,
    lastSign: () => process.log.lastSaid(),
    ask: () => management.query('SELECT 1'),
    async exitFault() {
      await Promise.race([process.log.ended, delay(lastWordsMs)])
      return startFault(process.log.tail(), await process.exited)
    },
    // The account could not be made; nothing that waiting would change.
    refusal(error) {
      if (!isAccessDenied(error)) return undefined
      const message = 'The database server does not let the agent in; its system tables may be damaged.'
      return new AgentFault('server-start-failed', message, { cause: error })
    },
  })
}

function isAccessDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ER_ACCESS_DENIED_ERROR'
}
