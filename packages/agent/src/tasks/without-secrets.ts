import type { Task } from '@croft/protocol'

/**
 * A finished task as it is kept for repeats: without the database's key, which would outlive the database's last
 * backup, and without the credentials of its target.
 */
export function withoutSecrets(task: Task): Task {
  if (!('target' in task)) return task
  const target = { type: 'directory' as const, path: null }
  if (!('encryptionKey' in task)) return { ...task, target }
  const { encryptionKey: _, ...rest } = task
  return { ...rest, target }
}
