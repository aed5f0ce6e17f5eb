import { CroftError } from '../../platform/errors/index.ts'
import type { Location } from './entities.ts'

/** A location as the column holds it. */
export function writeLocation({ type: _type, ...config }: Location): Record<string, unknown> {
  return config
}

/** Turns the breach of the one index on names into `name-taken`. */
export function rethrowNameTaken(error: unknown): never {
  const { constraint } = error as { readonly constraint?: unknown }
  if (constraint === 'backup_targets_name') {
    throw new CroftError('name-taken', 'The workspace has a backup target of this name.', { cause: error })
  }
  throw error
}
