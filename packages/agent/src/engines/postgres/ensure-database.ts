import pg from 'pg'
import { AgentFault } from '../../fault.ts'
import { agentDatabase, ownerRole } from './access.ts'
import type { Management } from './management.ts'

/** Of every server; it is the tenants' from the start. */
const usualDatabase = 'postgres'
const reserved = [agentDatabase, 'template0', 'template1']

/** Makes a database that is the tenants', unless it is there. Throws `AgentFault` for an impossible name. */
export async function ensureDatabase(management: Management, name = usualDatabase): Promise<void> {
  if (name === usualDatabase) return
  if (!/^[a-z0-9_]{1,63}$/.test(name) || reserved.includes(name)) {
    throw new AgentFault('internal', `A database cannot be named ${JSON.stringify(name.slice(0, 80))}.`)
  }
  const [found] = await management.query<{ theirs: boolean }>(
    'SELECT datdba = $2::regrole AS theirs FROM pg_database WHERE datname = $1 AND datconnlimit <> -2',
    [name, ownerRole],
  )
  const database = pg.escapeIdentifier(name)
  if (!found) {
    // One whose removal did not finish is in the way of another of its name.
    await management.query(`DROP DATABASE IF EXISTS ${database}`)
    // Nobody enters template1, so there is nothing in it to wait for; of a small one this takes a fifth of the time.
    await management.query(`CREATE DATABASE ${database} OWNER ${ownerRole} STRATEGY wal_log`)
  } else if (!found.theirs) await management.query(`ALTER DATABASE ${database} OWNER TO ${ownerRole}`)
}
