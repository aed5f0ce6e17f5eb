import type { Db, Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { type Environment, toEnvironment } from './environment.ts'

/** For anybody who is logged in. Throws `environment-not-found`. */
export async function getEnvironment(db: Db, call: Call, id: string): Promise<Environment> {
  authorize(call.principal, 'read', 'regions', {})
  return findEnvironment(db, id)
}

/** Authorizes nothing. With `hold` nobody else changes or deletes it until the transaction ends. */
export async function findEnvironment(db: Executor, id: string, hold = false): Promise<Environment> {
  let query = db.selectFrom('environments').selectAll().where('id', '=', id).where('deleted_at', 'is', null)
  if (hold) query = query.forUpdate()
  const row = await query.executeTakeFirst()
  if (row) return toEnvironment(row)
  throw new CroftError('environment-not-found', 'There is no environment with this id.', {
    hint: 'List them: croft environment list',
  })
}
