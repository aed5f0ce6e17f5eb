import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createPlatform, createTestPostgres } from '../../../test/platform.ts'
import { obedient } from '../../../test/scripted-agent.ts'
import { purgeQuarantined } from './purge-quarantined.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A database that is in quarantine, for as many days as the setting says. */
async function prepare(t: TestContext, days: number) {
  const platform = await createPlatform(t, { CROFT_QUARANTINE_DAYS: String(days) })
  await platform.agent({ behave: obedient })
  const { id } = await createTestPostgres(platform)
  await platform.db.updateTable('databases').set({ state: 'ready' }).execute()
  const { quarantinedAt } = await platform.domain.databases.quarantineDatabase(platform.system, id)
  assert.ok(quarantinedAt)
  const since = quarantinedAt.getTime()
  return {
    platform,
    id,
    /** Runs the job so long after the quarantine began. */
    runAfter: (ms: number) => purgeQuarantined(platform.domain, 'job', new Date(since + ms)),
    isGone: async () =>
      (
        await platform.db
          .selectFrom('databases')
          .select('deleted_at')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
      ).deleted_at !== null,
    /** When the announcements said that it ends, as times since it began. */
    announced: async () =>
      (
        await platform.db
          .selectFrom('events')
          .select('after')
          .where('action', '=', 'database.quarantine-ending')
          .execute()
      ).map(({ after }) => Date.parse(String(after?.endsAt)) - since),
  }
}

test('a quarantine is announced once, a day before it ends, and then the database is deleted', async (t) => {
  const { runAfter, isGone, announced, platform, id } = await prepare(t, 7)
  await runAfter(6 * DAY_MS - HOUR_MS)
  assert.deepEqual(await announced(), [])
  await runAfter(6 * DAY_MS)
  await runAfter(6 * DAY_MS + HOUR_MS)
  await runAfter(7 * DAY_MS - HOUR_MS)
  assert.deepEqual(await announced(), [7 * DAY_MS])
  assert.equal(await isGone(), false)
  await runAfter(7 * DAY_MS)
  assert.equal(await isGone(), true)
  const { actor_type, actor_id } = await platform.db
    .selectFrom('events')
    .select(['actor_type', 'actor_id'])
    .where('action', '=', 'database.deleted')
    .where('subject_id', '=', id)
    .executeTakeFirstOrThrow()
  assert.deepEqual([actor_type, actor_id], ['system', 'quarantine'])
  await runAfter(8 * DAY_MS)
  assert.equal((await announced()).length, 1)
})

test('a quarantine of one day is announced after half of it', async (t) => {
  const { runAfter, isGone, announced } = await prepare(t, 1)
  await runAfter(11 * HOUR_MS)
  assert.deepEqual(await announced(), [])
  await runAfter(12 * HOUR_MS)
  assert.deepEqual(await announced(), [DAY_MS])
  await runAfter(23 * HOUR_MS)
  assert.equal(await isGone(), false)
  await runAfter(24 * HOUR_MS)
  assert.equal(await isGone(), true)
})

test('nothing is deleted unannounced, however long nobody looked', async (t) => {
  const { runAfter, isGone, announced } = await prepare(t, 7)
  await runAfter(30 * DAY_MS)
  assert.equal(await isGone(), false)
  assert.deepEqual(await announced(), [31 * DAY_MS])
  await runAfter(31 * DAY_MS - HOUR_MS)
  assert.equal(await isGone(), false)
  await runAfter(31 * DAY_MS)
  assert.equal(await isGone(), true)
})

test('what is released is left alone, and announced anew in its next quarantine', async (t) => {
  const { platform, id, runAfter, isGone, announced } = await prepare(t, 7)
  const { databases } = platform.domain
  await runAfter(6 * DAY_MS)
  await databases.releaseDatabase(platform.system, id)
  await runAfter(9 * DAY_MS)
  assert.equal(await isGone(), false)
  await databases.quarantineDatabase(platform.system, id)
  await runAfter(9 * DAY_MS)
  assert.equal((await announced()).length, 2)
  assert.equal(await isGone(), false)
})
