import { type ChildProcess, spawn } from 'node:child_process'
import { chown, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AgentFault } from '../../fault.ts'
import { flushFileSystem } from '../../host/flush-file-system.ts'
import { asUser, type RunAs } from '../../host/run-as.ts'
import { corruptCopy } from '../corrupt-copy.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { writeLineage } from '../lineage.ts'
import { underPartialName } from '../partial-directory.ts'
import { followWords } from './program-words.ts'
import type { Programs } from './programs.ts'
import { createStreamGuard } from './stream-guard.ts'

const prepareMemory = '64M'
/** What mariadb-backup leaves for itself. */
const leftovers = [
  'backup-my.cnf',
  'xtrabackup_info',
  'xtrabackup_checkpoints',
  'xtrabackup_binlog_pos_innodb',
]

/**
 * Unpacks what `copyServer` gave into a new data directory and applies to it what had changed during the copy. It is
 * written beside, as `<directory>.partial`; when anything fails, nothing is left. Throws `AgentFault` `backup-corrupt`,
 * what `data` throws, and the reason of `signal`.
 */
export async function restoreData(
  programs: Programs,
  data: Readable,
  directory: string,
  runAs: RunAs | null,
  signal: AbortSignal,
): Promise<void> {
  await underPartialName(data, directory, signal, async (partial) => {
    await mkdir(partial, { mode: 0o700 })
    if (runAs) await chown(partial, runAs.uid, runAs.gid)
    const run = { programs, runAs, signal, cwd: partial }
    await unpack(data, run)
    // It is written last: without it, the stream was cut off.
    const complete = await stat(join(partial, 'xtrabackup_info')).catch(() => undefined)
    if (!complete) throw corruptCopy('it is not complete')
    const arguments_ = [
      '--no-defaults',
      '--prepare',
      `--target-dir=${partial}`,
      `--use-memory=${prepareMemory}`,
    ]
    await ended(begin(programs.backup, [...arguments_, '--innodb-use-native-aio=OFF'], run), 'completed OK!')
    for (const name of leftovers) await rm(join(partial, name), { force: true })
    await writeLineage(partial, runAs)
    await flushFileSystem(partial)
  })
}

interface Run {
  readonly programs: Programs
  readonly runAs: RunAs | null
  readonly signal: AbortSignal
  readonly cwd: string
}

interface Running {
  readonly child: ChildProcess
  readonly over: Promise<{ code: number | null; said: string }>
}

function begin(program: string, args: readonly string[], { programs, runAs, signal, cwd }: Run): Running {
  const child = spawn(program, [...args], {
    ...{ cwd, signal, killSignal: 'SIGKILL' },
    ...asUser(runAs),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...programs.env },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const words = followWords(child.stderr)
  const over = new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => words.ended.then(() => resolve({ code, said: words.text() })))
  })
  over.catch(() => {})
  return { child, over }
}

async function unpack(data: Readable, run: Run): Promise<void> {
  const running = begin(run.programs.stream, ['-x', '-C', run.cwd], run)
  const { stdin } = running.child
  if (!stdin) throw new Error('a program that reads a pipe has one')
  try {
    await pipeline(data, createStreamGuard(), stdin)
  } catch (error) {
    // The program ends when its input breaks off; if it broke that itself, it has said why.
    const { said } = await running.over
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') throw faultOf(said)
    throw error
  }
  await ended(running, '')
}

async function ended({ over, child }: Running, lastWord: string): Promise<void> {
  if (!child.stdin?.writableEnded) child.stdin?.end()
  const { code, said } = await over
  if (code !== 0 || !said.trimEnd().endsWith(lastWord)) throw faultOf(said)
}

function faultOf(said: string): AgentFault {
  if (saysDiskFull(said) || /Errcode: 28\b|Error 28\b/.test(said)) return diskFull(said)
  return corruptCopy('its data cannot be made ready', said)
}
