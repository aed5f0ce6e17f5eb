import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Logger } from 'pino'
import { AgentFault } from '../../fault.ts'
import { destroyOnAbort } from '../../files/destroy-on-abort.ts'
import { asUser, type RunAs } from '../../host/run-as.ts'
import { giveDirectory } from '../../host/runtime-directory.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import type { DataCopy } from '../engine.ts'
import { agentUser } from './access.ts'
import { type ServerPlaces, socketOf } from './options.ts'
import { followWords } from './program-words.ts'
import type { Programs } from './programs.ts'

export interface CopyOptions extends ServerPlaces {
  readonly programs: Programs
  readonly password: string
  readonly runAs: RunAs | null
  readonly log: Logger
}

const logCopyMs = 50
/** It gives up, before its first byte, when a table goes while it lists them; so often it begins anew. */
const beginnings = 10

/**
 * Copies a server's data while it serves: mariadb-backup reads its files and the log of what changes meanwhile, and
 * writes both as one stream. A statement that changes tables' definitions waits for its end. The stream fails with
 * an `AgentFault` when the program does, so that a part never passes for the whole.
 */
export async function copyServer(options: CopyOptions, signal: AbortSignal): Promise<DataCopy> {
  signal.throwIfAborted()
  const { directory, runtimeDirectory, runAs, log } = options
  const sizeBytes = await sizeOfFiles(directory)
  const workplace = await mkdtemp(join(runtimeDirectory, 'copy-'))
  await giveDirectory(workplace, runAs)
  // Not an argument: everybody on a host sees those.
  const access = join(workplace, 'access.cnf')
  await writeOwnedFile(access, `[client]\nuser=${agentUser}\npassword=${options.password}\n`, runAs)
  const data = new PassThrough()
  const release = destroyOnAbort(data, signal)
  const over = (fault: AgentFault | null) => {
    rm(workplace, { recursive: true, force: true })
      .catch((err: unknown) => log.warn({ err }, 'what a copy has left could not be removed'))
      .finally(() => (fault ? data.destroy(fault) : data.end()))
  }
  let end = () => {}
  // A reader that goes away ends the copy.
  data.on('close', () => {
    release()
    end()
  })
  const begin = (left: number) => {
    const child = startProgram(options, workplace, access)
    end = () => child.kill('SIGKILL')
    const words = followWords(child.stderr)
    let hasBegun = false
    child.stdout.once('data', () => {
      hasBegun = true
    })
    child.stdout.pipe(data, { end: false })
    child.once('error', (error) => over(failed(error.message)))
    child.once('close', async (code, killedBy) => {
      await words.ended
      const said = words.text()
      if (code === 0 && said.trimEnd().endsWith('completed OK!')) return over(null)
      if (!hasBegun && left > 0 && !data.destroyed && lostTable(said)) return begin(left - 1)
      if (!data.destroyed) log.warn({ code, signal: killedBy, said }, 'a copy of a server failed')
      over(failed(said))
    })
  }
  begin(beginnings - 1)
  return { data, sizeBytes }
}

function startProgram(options: CopyOptions, workplace: string, access: string) {
  const { programs, directory, runtimeDirectory, runAs } = options
  return spawn(
    programs.backup,
    [
      `--defaults-file=${access}`,
      '--backup',
      '--stream=mbstream',
      `--datadir=${directory}`,
      `--socket=${socketOf(runtimeDirectory)}`,
      `--target-dir=${join(workplace, 'unused')}`,
      `--tmpdir=${workplace}`,
      // It looks for new log so often, and once more after everything else.
      `--log-copy-interval=${logCopyMs}`,
      '--innodb-use-native-aio=OFF',
    ],
    {
      cwd: workplace,
      ...asUser(runAs),
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...programs.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
}

/** A table that was there when it was listed, and not when it was opened. */
function lostTable(said: string): boolean {
  return /Failed to validate first page of the file|\.ibd was not found/.test(said)
}

function failed(said: string): AgentFault {
  if (saysDiskFull(said) || /Errcode: 28\b/.test(said)) return diskFull(said)
  const [, file] = /File \.?\/?(\S+?)(?:\.ibd)? seems to be corrupted/.exec(said) ?? []
  if (file !== undefined) {
    const message = `The data is damaged: ${file} has a page that cannot be read as it was written.`
    return new AgentFault('data-corrupt', message, { cause: said })
  }
  return new AgentFault('internal', 'The data of the server could not be copied; the log has the details.', {
    cause: said,
  })
}

/** An estimate: files go and come meanwhile. */
async function sizeOfFiles(directory: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /^(ib_logfile|ibtmp)/.test(entry.name)) continue
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0
  }
  return bytes
}
