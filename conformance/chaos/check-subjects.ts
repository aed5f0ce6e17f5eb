import assert from 'node:assert/strict'
import { until } from '../faults/until.ts'
import { PATIENCE_MS, untilReady } from './api.ts'
import { insist, Violation } from './violation.ts'
import { pick, type Subject, type World } from './world.ts'
import { readRows } from './writer.ts'

/** Every database is ready and takes writes; one of them, by chance, has lost nothing. */
export async function checkSubjects(world: World): Promise<void> {
  await Promise.all(world.subjects.map((subject) => writesGoOn(world, subject)))
  const one = pick(world, world.subjects)
  if (one) await nothingLost(one)
}

export async function nothingLost({ name, writer }: Subject): Promise<void> {
  await writer.pause()
  try {
    // Readable within a moment even when its server was just killed.
    const rows = await until(() => readRows(writer.connectionString), PATIENCE_MS)
    insist(writer.ledger.faults(rows, 'now'), `${name} now`)
  } finally {
    writer.resume()
  }
}

async function writesGoOn(world: World, { id, name, writer }: Subject): Promise<void> {
  const before = writer.ledger.acknowledged()
  try {
    await untilReady(world, id)
    await until(() => assert.ok(writer.ledger.acknowledged() > before), PATIENCE_MS, 20)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Violation(`${name} takes no writes within ${PATIENCE_MS / 1000} s: ${writer.fault()} (${why})`)
  }
}
