import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import { call, type Database, PATIENCE_MS, type RecoveryWindow, untilReady } from '../api.ts'
import { createLedger, type Moment } from '../ledger.ts'
import { insist } from '../violation.ts'
import { newName, type Step, type Subject, type World } from '../world.ts'
import { prepareTables, readRows, startWriter, type Writer } from '../writer.ts'

interface Credential {
  readonly id: string
}

/** An empty database, on one of the two backup targets. */
export const create: Step = async (world) => {
  if (world.subjects.length >= world.limit) return null
  const storage = world.random() < 0.5 ? 's3' : 'directory'
  const { database, string, credentialId } = await make(world, {})
  if (storage === 's3') await moveToS3(world, database.id)
  await prepareTables(string)
  keep(world, { database, credentialId, storage, writer: startWriter(string) })
  return `${database.name} on ${storage}`
}

/** Gives a database the other backup target, and waits until its changes are archived there. */
async function moveToS3(world: World, id: string): Promise<void> {
  const path = `/databases/${id}/backup-policy`
  const policy = await call<object>(world, 200, 'GET', path)
  const asked = Date.now()
  await call(world, 200, 'PUT', path, { ...policy, targetId: world.s3TargetId })
  await until(async () => {
    const { archive } = await call<RecoveryWindow>(world, 200, 'GET', `/databases/${id}/recovery-window`)
    assert.ok(archive && Date.parse(archive.since) >= asked, 'it is archived where it was')
  }, PATIENCE_MS)
}

/** Makes a database from a source, checks that it holds what it should, and keeps it when there is room. */
export async function createFrom(
  world: World,
  source: object,
  expected: { readonly of: Subject; readonly at: Moment; readonly what: string },
): Promise<string> {
  const began = Date.now()
  const { database, string, credentialId } = await make(world, { source })
  const rows = await readRows(string)
  world.recoveries.note(expected.what, (Date.now() - began) / 1000)
  insist(expected.of.writer.ledger.faults(rows, expected.at), `${database.name}, ${expected.what}`)
  if (world.subjects.length < world.limit) {
    const ledger = createLedger()
    ledger.beginEra(rows)
    const first = Math.max(0, ...rows) + 1
    const writer = startWriter(string, first, ledger)
    keep(world, { database, credentialId, storage: 'directory', writer })
  } else await call(world, 204, 'DELETE', `/databases/${database.id}`)
  return `${database.name} with ${rows.size} rows`
}

async function make(
  world: World,
  wish: object,
): Promise<{ database: Database; string: string; credentialId: string }> {
  // A moment may leave the window for as long as a server that was just killed has something to archive.
  const database = await until(
    () => call<Database>(world, 201, 'POST', '/databases', { name: newName('db'), ...wish }),
    PATIENCE_MS,
    500,
  )
  await untilReady(world, database.id)
  const { connectionString: string } = database
  if (!string) throw new Error(`${database.name} has no connection string`)
  const { data } = await call<{ data: Credential[] }>(
    world,
    200,
    'GET',
    `/databases/${database.id}/credentials`,
  )
  const [first] = data
  if (!first) throw new Error(`${database.name} has no credential`)
  return { database, string, credentialId: first.id }
}

function keep(
  world: World,
  made: {
    readonly database: Database
    readonly credentialId: string
    readonly storage: Subject['storage']
    readonly writer: Writer
  },
): void {
  const { database, ...rest } = made
  world.subjects.push({ id: database.id, name: database.name, ...rest, kept: [] })
}
