import type { BackupTarget, Origin, Task } from '@croft/protocol'

/** Where backups lie, without the secrets that reaching it takes: those are read when it is sent to an agent. */
export type StoredTarget =
  | { readonly type: 'directory'; readonly path: string | null }
  | { readonly type: 'stored'; readonly backupTargetId: string }

/** A message to an agent as it is kept: it names a backup target, and the database whose key applies. */
type Stored<Message> = Message extends { target: BackupTarget }
  ? Omit<Message, 'target' | 'encryptionKey'> & { target: StoredTarget; keyOf?: string }
  : Message

export type StoredTask = Stored<Task>
export type StoredOrigin = Stored<Origin>
