import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** Those in quarantine are there as well. Throws `environment-in-use`. */
export async function refuseWhileUsed(tx: Executor, id: string, what: string): Promise<void> {
  const { count } = await tx
    .selectFrom('databases')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('environment_id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(count) === 0) return
  const databases = `${count} ${Number(count) === 1 ? 'database is' : 'databases are'}`
  throw new CroftError('environment-in-use', `${databases} in this environment.`, { hint: what })
}
