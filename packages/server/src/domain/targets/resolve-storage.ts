import type { BackupTarget, Origin, Task } from '@croft/protocol'
import type { Logger } from 'pino'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredOrigin, StoredTarget, StoredTask } from '../../platform/db/stored-messages.ts'
import { CannotOpen, type Sealer, sealedContext } from '../../platform/secrets/index.ts'
import { openBackupKey } from './backup-key.ts'

export interface StorageDeps {
  readonly sealer: Sealer
  readonly log: Pick<Logger, 'error'>
}

/** What stored messages name, read and opened. */
export interface Storage {
  /** Undefined when its secret cannot be opened. */
  target(stored: StoredTarget): BackupTarget | undefined
  /** Undefined when there is none, or when it cannot be opened. */
  key(databaseId: string): string | undefined
}

/** Code of the fault of a task whose key or secret cannot be opened. */
export const SECRET_UNREADABLE = 'secret-unreadable'

/** What the secret of a target is called in messages to agents. */
const SECRETS = { s3: 'secretAccessKey', azure: 'accountKey', google: 'jsonKey' } as const

/** Binds a sealed secret access key to its row. */
export const targetSecretContext = (id: string): string => sealedContext('backup_targets', 'secret', id)

/** Reads what some messages need in two round trips, whatever their number. */
export async function readStorage(
  db: Executor,
  deps: StorageDeps,
  needed: { targets: Iterable<StoredTarget>; databases: Iterable<string> },
): Promise<Storage> {
  const stored = [...needed.targets].flatMap((each) => (each.type === 'stored' ? [each.backupTargetId] : []))
  const targetIds = [...new Set(stored)]
  const databaseIds = [...new Set(needed.databases)]
  const [targets, databases] = await Promise.all([
    targetIds.length === 0
      ? []
      : db
          .selectFrom('backup_targets')
          .select(['id', 'type', 'config', 'secret', 'allow_private'])
          .where('id', 'in', targetIds)
          .execute(),
    databaseIds.length === 0
      ? []
      : db.selectFrom('databases').select(['id', 'backup_key']).where('id', 'in', databaseIds).execute(),
  ])
  /** One secret that cannot be opened must not keep a host from all the others. */
  function opened<Value>(what: string, id: string, open: () => Value): Value | undefined {
    try {
      return open()
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error
      deps.log.error({ err: error, id }, `the ${what} cannot be opened`)
      return undefined
    }
  }
  const wires = new Map(
    targets.map((row) => [
      row.id,
      opened('secret of a backup target', row.id, () => ({
        ...(row.config as object),
        type: row.type,
        ...(row.type === 'directory'
          ? {}
          : {
              [SECRETS[row.type]]: row.secret
                ? deps.sealer.open(row.secret, targetSecretContext(row.id))
                : '',
              allowPrivate: row.allow_private,
            }),
      })),
    ]),
  )
  const keys = new Map(
    databases.map(({ id, backup_key: sealed }) => [
      id,
      sealed ? opened('key of a database', id, () => openBackupKey(deps.sealer, id, sealed)) : undefined,
    ]),
  )
  return {
    // What `config` has was checked when it was stored.
    target: (stored) =>
      stored.type === 'directory' ? stored : (wires.get(stored.backupTargetId) as BackupTarget | undefined),
    key: (databaseId) => keys.get(databaseId),
  }
}

/** A task as it is sent. Undefined when what it takes cannot be opened: stored in the clear it must not be. */
export function wireTask(task: StoredTask, storage: Storage): Task | undefined {
  if (!('target' in task)) return task
  const target = storage.target(task.target)
  if (!target) return undefined
  if (task.kind === 'backup' || task.kind === 'verify-backup') {
    const { keyOf, ...rest } = task
    const encryptionKey = keyOf === undefined ? undefined : storage.key(keyOf)
    if (keyOf !== undefined && encryptionKey === undefined) return undefined
    return { ...rest, target, ...(encryptionKey === undefined ? {} : { encryptionKey }) }
  }
  return { ...task, target }
}

/** An origin as it is sent; with the secrets that reading it takes only while it is still to be read. */
export function wireOrigin(origin: StoredOrigin, storage: Storage, isToBeRead: boolean): Origin {
  if (origin.type !== 'backup') return origin
  const { keyOf, target: stored, recovery, ...rest } = origin
  const target = isToBeRead ? storage.target(stored) : undefined
  if (!target) return { ...rest, target: { type: 'directory', path: null } }
  const encryptionKey = keyOf === undefined ? undefined : storage.key(keyOf)
  return {
    ...rest,
    target,
    ...(recovery === undefined ? {} : { recovery }),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  }
}
