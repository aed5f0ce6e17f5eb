import { CroftError } from '../../platform/errors/index.ts'

/** Turns the breach of the one index on names into `name-taken`. */
export function rethrowNameTaken(error: unknown): never {
  const { constraint } = error as { readonly constraint?: unknown }
  if (constraint !== 'templates_name') throw error
  throw new CroftError('name-taken', 'There is a template of this kind and name already.', {
    fields: [{ path: '/name', message: 'is taken' }],
    cause: error,
  })
}
