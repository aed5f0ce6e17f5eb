import { mkdir } from 'node:fs/promises'
import { parseSettings, WrongSettings } from '@croft/protocol'
import pino from 'pino'
import { findBinaries } from '../engines/postgres/binaries.ts'
import { prepareMetadataServer } from '../engines/postgres/metadata-server.ts'
import { bundledVersion } from '../engines/postgres/versions.ts'
import { enginesDirectory } from '../engines/registry.ts'
import { AgentFault } from '../fault.ts'
import { findRunAs, type RunAs } from '../host/run-as.ts'
import { makeSocketDirectory, runtimeDirectory } from '../host/runtime-directory.ts'
import { storageRoot } from '../host/storage-root.ts'

/**
 * Becomes the PostgreSQL server of the control plane's metadata: prints `{"socket":"<directory>"}`, then replaces
 * this process, so that whoever started it signals and waits for the server itself. The server may need a
 * moment more before it answers.
 */
async function main(): Promise<never> {
  const settings = parseSettings(process.env)
  const log = pino(
    { level: settings.CROFT_LOG_LEVEL, name: 'metadata' },
    pino.destination({ fd: 2, sync: true }),
  )
  const dataDirectory = settings.CROFT_DATA_DIR
  await mkdir(dataDirectory, { recursive: true })
  const runAs = await findRunAs(settings.CROFT_RUN_AS)
  const root = await storageRoot({ dataDirectory, runAs })
  const base = await runtimeDirectory({ dataDirectory, runAs })
  const socketDirectory = await makeSocketDirectory(base, 'metadata', runAs)
  const binaries = await findBinaries(
    bundledVersion,
    enginesDirectory(root, settings.CROFT_ENGINES_DIR),
    runAs,
  )
  const directory = await prepareMetadataServer({ binaries, storageRoot: root, socketDirectory, runAs, log })
  process.stdout.write(`${JSON.stringify({ socket: socketDirectory })}\n`)
  process.chdir(directory)
  if (runAs) drop(runAs)
  if (!process.execve) throw new Error('this Node cannot replace its process')
  const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  return process.execve(binaries.postgres, [binaries.postgres, '-D', directory], environment)
}

function drop(user: RunAs): void {
  process.setgroups?.([])
  process.setgid?.(user.gid)
  process.setuid?.(user.uid)
}

try {
  await main()
} catch (error) {
  const known = error instanceof AgentFault || error instanceof WrongSettings
  console.error(known ? error.message : error)
  if (error instanceof AgentFault && error.cause) console.error(error.cause)
  process.exit(error instanceof WrongSettings ? 2 : 1)
}
