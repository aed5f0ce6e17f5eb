import { randomBytes } from 'node:crypto'
import { type Sealer, sealedContext } from '../../platform/secrets/index.ts'

const KEY_BYTES = 32

const context = (databaseId: string): string => sealedContext('databases', 'backup_key', databaseId)

/** A database's own key for its backups and its archive, in base64, sealed for its row. */
export const newBackupKey = (sealer: Sealer, databaseId: string): Buffer =>
  sealer.seal(randomBytes(KEY_BYTES).toString('base64'), context(databaseId))

/** Throws `CannotOpen`. */
export const openBackupKey = (sealer: Sealer, databaseId: string, sealed: Buffer): string =>
  sealer.open(sealed, context(databaseId))
