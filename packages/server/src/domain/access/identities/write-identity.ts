import { type Db, sqlState, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'

const UNIQUE_VIOLATION = '23505'
const TRIES = 3

function violated(error: unknown): string | undefined {
  if (sqlState(error) !== UNIQUE_VIOLATION || !(error instanceof Error)) return undefined
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined
}

/**
 * A transaction that may give an identity a name, or a client id that it draws. Throws `name-taken`. A client id that
 * is taken is drawn again: there are 2 x 10^11 public keys, so the first that meets another is to be expected at
 * half a million.
 */
export async function writeIdentity<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transact(db, work)
    } catch (error) {
      const constraint = violated(error)
      if (constraint === 'service_identities_name') {
        throw new CroftError('name-taken', 'The organization has one of this name already.')
      }
      if (constraint !== 'service_identities_client_id_key' || attempt === TRIES) throw error
    }
  }
}
