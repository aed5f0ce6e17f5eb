import { setTimeout as delay } from 'node:timers/promises'
import type { Role } from '@croft/protocol'
import { AgentFault } from '../../fault.ts'
import { agentUser, systemSchemas } from './access.ts'
import type { Management } from './management.ts'
import {
  type Existing,
  type ExistingAccount,
  type ExistingGrant,
  planRemoval,
  planRoles,
} from './plan-roles.ts'

/** MariaDB's own account, which the system views run as; nobody can log in to it. */
const internal = [agentUser, 'mariadb.sys']
const endWithinMs = 5000
/** What looks at clients' tables waits for their locks; a removal that can wait for the next time waits no longer, in s. */
const lookS = 3

/** Makes the accounts of a server exactly these. */
export type ApplyRoles = (wanted: readonly Role[], database: string) => Promise<void>

export function createApplyRoles(management: Management): ApplyRoles {
  // Accounts that have changed while their sessions could not be ended: the next plan would not know of them.
  const unended = new Set<string>()
  return async (wanted, database) => {
    const plan = planRoles(await readExisting(management), wanted, database)
    for (const name of plan.ended) unended.add(name)
    for (const statement of plan.statements) await management.query(statement)
    if (unended.size > 0) {
      await endSessions(management, unended)
      unended.clear()
    }
    // Not before: a session that has lost its credential could hold this up with a lock for as long as it likes.
    if (plan.unwanted.length === 0) return
    const definers = await readDefiners(management).catch(() => undefined)
    // Nobody can log in to those that stay; the next time removes them.
    if (!definers) return
    for (const statement of planRemoval(plan.unwanted, definers)) await management.query(statement)
  }
}

async function readExisting(management: Management): Promise<Existing> {
  const accounts = await management.query<Omit<ExistingAccount, 'locked'> & { locked: number }>(
    `SELECT User AS name, Host AS host, JSON_VALUE(Priv, '$.plugin') AS plugin,
            JSON_VALUE(Priv, '$.authentication_string') AS verifier,
            coalesce(JSON_VALUE(Priv, '$.account_locked'), 0) AS locked,
            coalesce(JSON_VALUE(Priv, '$.access'), '0') AS access
       FROM mysql.global_priv WHERE User NOT IN (?)`,
    [internal],
  )
  const grants = await management.query<ExistingGrant>(
    "SELECT User AS name, Db AS pattern FROM mysql.db WHERE Host = '%'",
  )
  const schemas = await management.query<{ name: string }>(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN (?)',
    [systemSchemas],
  )
  return {
    accounts: accounts.map((account) => ({ ...account, locked: isTrue(account.locked) })),
    grants,
    schemas: schemas.map(({ name }) => name),
  }
}

async function readDefiners(management: Management): Promise<string[]> {
  const found = await management.query<{ definer: string }>(
    `SET STATEMENT max_statement_time = ${lookS}, lock_wait_timeout = ${lookS} FOR
     SELECT DEFINER AS definer FROM information_schema.VIEWS WHERE TABLE_SCHEMA NOT IN (?)
      UNION SELECT DEFINER FROM information_schema.ROUTINES
      UNION SELECT DEFINER FROM information_schema.TRIGGERS`,
    [systemSchemas],
  )
  return found.map(({ definer }) => definer)
}

/** JSON_VALUE gives text, of a boolean too. */
function isTrue(value: unknown): boolean {
  return String(value) === '1' || String(value) === 'true'
}

/**
 * Ends the sessions that there are now; later ones have met the new verifiers. A login under way may have read the
 * old one, and shows no name before it is through.
 */
async function endSessions(management: Management, names: ReadonlySet<string>): Promise<void> {
  const list = () =>
    management.query<{ id: number }>(
      `SELECT ID AS id FROM information_schema.PROCESSLIST
        WHERE USER IN (?) OR USER = 'unauthenticated user'`,
      [[...names]],
    )
  const ended = new Set((await list()).map(({ id }) => id))
  for (const id of ended) {
    // It may have ended by itself.
    await management.query('KILL HARD CONNECTION ?', [id]).catch(() => {})
  }
  const deadline = performance.now() + endWithinMs
  while ((await list()).some(({ id }) => ended.has(id))) {
    if (performance.now() > deadline) {
      throw new AgentFault('internal', 'Sessions of a changed credential do not end; it is tried again.')
    }
    await delay(10)
  }
}
