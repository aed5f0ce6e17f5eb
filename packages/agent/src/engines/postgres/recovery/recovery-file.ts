import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RecoveryPoint } from '@croft/protocol'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AgentFault } from '../../../fault.ts'
import { syncDirectory } from '../../../files/sync-directory.ts'
import type { RunAs } from '../../../host/run-as.ts'
import { writeOwnedFile } from '../../../host/write-owned-file.ts'
import { readControlFile } from './control-file.ts'

/** PostgreSQL replays an archive while this is in a data directory, and removes it when it has. */
export const signalName = 'recovery.signal'
const fileName = 'croft-recovery.json'

/** What the next start has to replay, kept in the data directory until a server has answered. */
const PendingRecovery = Type.Object({
  format: Type.Literal(1),
  until: RecoveryPoint,
  /** The changes end before the time that was asked for, so all of them are replayed. */
  toTheEnd: Type.Boolean(),
  /** That of the changes; what a server writes after them is of another. */
  timeline: Type.Optional(Type.Integer()),
})
export type PendingRecovery = Static<typeof PendingRecovery>
const check = Compile(PendingRecovery)

export async function writePending(
  directory: string,
  pending: PendingRecovery,
  owner: RunAs | null,
): Promise<void> {
  await writeOwnedFile(join(directory, fileName), `${JSON.stringify(pending)}\n`, owner)
}

/**
 * Null when nothing is to be replayed. A server removes the signal before the checkpoint that ends its recovery: one
 * that was killed in between would replay all changes at its next start, beyond the point; it gets the signal again.
 */
export async function readPending(directory: string, owner: RunAs | null): Promise<PendingRecovery | null> {
  const text = await readFile(join(directory, fileName), 'utf8').catch(ifMissing)
  if (text === null) return null
  const signal = await readFile(join(directory, signalName)).catch(ifMissing)
  const pending = parsePending(text)
  if (signal !== null) return pending
  if (pending.timeline !== (await readControlFile(directory)).timeline) return null
  await writeOwnedFile(join(directory, signalName), '', owner)
  await syncDirectory(directory)
  return pending
}

function parsePending(text: string): PendingRecovery {
  try {
    const value: unknown = JSON.parse(text)
    if (check.Check(value)) return value
  } catch {
    // Told as the other fault of the file is.
  }
  throw new AgentFault(
    'server-start-failed',
    'The data directory is damaged: it does not say what to replay.',
  )
}

export async function removePending(directory: string): Promise<void> {
  await rm(join(directory, fileName), { force: true })
}

function ifMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
