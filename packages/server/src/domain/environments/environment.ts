import type { Selectable } from 'kysely'
import type { EnvironmentsTable } from '../../platform/db/engine-tables.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** Where databases go: a region’s hosts, and a namespace there. */
export interface Environment {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly namespace: string
}

export const toEnvironment = ({
  id,
  name,
  region,
  namespace,
}: Selectable<EnvironmentsTable>): Environment => ({
  id,
  name,
  region,
  namespace,
})

/** Turns the breach of the index on names into `name-taken`. */
export function rethrowNameTaken(error: unknown): never {
  const { constraint } = error as { readonly constraint?: unknown }
  if (constraint !== 'environments_name') throw error
  throw new CroftError('name-taken', 'There is an environment of this name already.', {
    fields: [{ path: '/name', message: 'is taken' }],
    cause: error,
  })
}
