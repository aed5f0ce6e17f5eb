import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { AgentFault } from '../../fault.ts'
import type { RunAs } from '../../host/run-as.ts'
import { giveDirectory } from '../../host/runtime-directory.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'
import type { Programs } from '../debian/package-set.ts'
import { clearDirectory } from '../server-lock.ts'
import { type ServerProcess, spawnServer } from '../server-process.ts'
import { writeAclFile } from './acl-file.ts'
import { readManifest, snapshotName } from './data-directory.ts'
import { type Management, openManagement } from './management.ts'
import { type ServerArguments, serverArguments, socketOf } from './options.ts'
import { redisServer } from './server-kind.ts'
import { followLog, type ServerLog } from './server-log.ts'
import { startFault } from './start-fault.ts'

export interface StartServerOptions extends ServerArguments {
  readonly programs: Programs
  readonly runAs: RunAs | null
  readonly log: Logger
}

export interface StartedServer {
  readonly process: ServerProcess<ServerLog>
  readonly management: Management
}

/** It loads all data before it answers, some hundred MB a second, and says nothing meanwhile. */
const startDeadlineMs = 15 * 60_000
/** What a server says last may come after its exit. */
const lastWordsMs = 500

/** Starts a server whatever a crash has left in its directory, and waits until it answers. Throws `AgentFault`. */
export async function startServer(options: StartServerOptions): Promise<StartedServer> {
  const { directory, runtimeDirectory, runAs } = options
  // Without its list of files, Redis would take the directory for one of an empty server.
  if ((await readManifest(directory).catch(() => undefined)) === undefined) {
    throw new AgentFault('server-start-failed', 'The data directory is missing or incomplete.')
  }
  await clearDirectory(directory, redisServer)
  await giveDirectory(runtimeDirectory, runAs)
  await rm(socketOf(runtimeDirectory), { force: true })
  await removeSnapshots(directory)
  const password = randomBytes(24).toString('base64url')
  await writeAclFile(directory, createHash('sha256').update(password).digest('hex'), runAs)
  // Before the server, so that no crash of the agent leaves one without it.
  await writeOwnedFile(join(directory, redisServer.lockFile), '', runAs)
  const process = await spawnProcess(options)
  const management = openManagement({ socket: socketOf(runtimeDirectory), password })
  try {
    await answering(process, management)
    return { process, management }
  } catch (error) {
    await process.stop('immediate')
    await management.close()
    throw error
  }
}

/** What a copy has left that was under way when its server or its agent ended. */
async function removeSnapshots(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter(
    (name) => name === snapshotName || /^temp-.*\.rdb$/.test(name),
  )
  for (const name of names) await rm(join(directory, name))
}

async function spawnProcess(options: StartServerOptions): Promise<ServerProcess<ServerLog>> {
  const { programs, directory, runAs, log } = options
  try {
    return await spawnServer({
      kind: redisServer,
      program: programs.path('redis-server'),
      args: serverArguments(options),
      env: programs.env,
      saysOnStdout: true,
      ...{ directory, runAs, log, followLog },
    })
  } catch (error) {
    throw new AgentFault('server-start-failed', 'The Redis program could not be executed.', { cause: error })
  }
}

async function answering(process: ServerProcess<ServerLog>, management: Management): Promise<void> {
  const abort = new AbortController()
  const late = delay(startDeadlineMs, 'late' as const, { signal: abort.signal }).catch(() => 'late' as const)
  const first = await Promise.race([process.log.ready, process.exited.then(() => 'exited' as const), late])
  abort.abort()
  if (first === 'late') {
    const message = 'The database server did not answer within 15 minutes.'
    throw new AgentFault('server-start-failed', message)
  }
  try {
    if (first !== 'exited') {
      await management.command('PING')
      return
    }
  } catch (error) {
    if (!process.hasExited()) {
      const message = 'The database server does not let the agent in.'
      throw new AgentFault('server-start-failed', message, { cause: error })
    }
  }
  await Promise.race([process.log.ended, delay(lastWordsMs)])
  throw startFault(process.log.tail(), await process.exited)
}
