import assert from 'node:assert/strict'
import type { Bootstrap } from './croft.ts'
import { prismaId, uuidOf } from './prisma-id.ts'
import { waitUntil } from './wait-until.ts'

interface Backup {
  readonly id: string
  readonly state: string
}

/** Backs a database up now, which only our own API can do, and waits for it. Takes and answers Prisma's ids. */
export async function takeBackup({ url, adminToken }: Bootstrap, databaseId: string): Promise<string> {
  const headers = { authorization: `Bearer ${adminToken}` }
  const base = `${url}/api/croft/v1`
  const started = await fetch(`${base}/databases/${uuidOf(databaseId)}/backups`, { method: 'POST', headers })
  assert.equal(started.status, 202, await started.clone().text())
  const { id } = (await started.json()) as Backup
  const ended = await waitUntil(
    async () => (await (await fetch(`${base}/backups/${id}`, { headers })).json()) as Backup,
    ({ state }) => state !== 'running',
  )
  assert.equal(ended.state, 'completed', JSON.stringify(ended))
  return prismaId('bkp', id)
}
