import { sqlState } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'

const UNIQUE_VIOLATION = '23505'
const CONSTRAINTS = new Set(['databases_logical_id', 'projects_logical_id'])

/** Turns the unique index on logical ids into `logical-id-taken`; any other error stays itself. */
export function rethrowTaken(error: unknown): never {
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : ''
  if (sqlState(error) === UNIQUE_VIOLATION && CONSTRAINTS.has(constraint)) {
    throw new CroftError('logical-id-taken', 'Another resource already has this logical id.', {
      hint: 'Use the existing one (filter the list by logicalId), or choose another logical id.',
      cause: error,
    })
  }
  throw error
}
