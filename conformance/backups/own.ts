import assert from 'node:assert/strict'
import { own } from '../faults/api.ts'
import { until } from '../faults/until.ts'
import type { Croft } from '../harness/croft.ts'

/** What these tests read of our own API's answers. */
export interface Made {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly stateMessage: string | null
  readonly connectionString: string
}

export interface Backup {
  readonly id: string
  readonly state: string
  readonly error: string | null
  readonly kind: string
  readonly encrypted: boolean
  readonly sizeBytes: number | null
  readonly verification: { readonly state: string; readonly error: string | null }
}

export interface RecoveryWindow {
  readonly earliest: string | null
  readonly latest: string | null
  readonly spans: readonly { readonly from: string; readonly to: string }[]
  readonly archive: { readonly state: string; readonly lagBytes: number; readonly archivedAt: string } | null
}

const PATIENCE_MS = 60_000

/** A database that is ready. */
export async function createDatabase(croft: Croft, wish: object): Promise<Made> {
  const made = await own<Made>(croft, 201, 'POST', '/databases', wish)
  if (made.state !== 'ready') await untilReady(croft, made.id)
  return made
}

export function untilReady(croft: Croft, id: string): Promise<Made> {
  return until(async () => {
    const database = await own<Made>(croft, 200, 'GET', `/databases/${id}`)
    assert.equal(database.state, 'ready', database.stateMessage ?? '')
    return database
  }, PATIENCE_MS)
}

/** Changes what is given of a database's policy. */
export async function setPolicy(croft: Croft, id: string, change: object): Promise<void> {
  const path = `/databases/${id}/backup-policy`
  const policy = await own<object>(croft, 200, 'GET', path)
  await own(croft, 200, 'PUT', path, { ...policy, ...change })
}

/** A backup that has been completed, and checked when `verified`. */
export async function takeBackup(croft: Croft, databaseId: string, verified = false): Promise<Backup> {
  const { id } = await own<Backup>(croft, 202, 'POST', `/databases/${databaseId}/backups`)
  return untilCompleted(croft, id, verified)
}

export function untilCompleted(croft: Croft, id: string, verified = false): Promise<Backup> {
  return until(async () => {
    const backup = await own<Backup>(croft, 200, 'GET', `/backups/${id}`)
    assert.equal(backup.state, 'completed', backup.error ?? '')
    if (verified) assert.equal(backup.verification.state, 'passed', backup.verification.error ?? '')
    return backup
  }, PATIENCE_MS)
}

export const recoveryWindow = (croft: Croft, id: string): Promise<RecoveryWindow> =>
  own<RecoveryWindow>(croft, 200, 'GET', `/databases/${id}/recovery-window`)

/** The metadata's and the agent's name for what Croft calls a database is seen in no answer; files have it. */
export const databaseWarnings = async (croft: Croft, id: string): Promise<string[]> => {
  const { warnings } = await own<{ warnings: { code: string }[] }>(croft, 200, 'GET', `/databases/${id}`)
  return warnings.map(({ code }) => code)
}
