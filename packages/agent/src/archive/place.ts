import { createHash } from 'node:crypto'
import type { ArchiveWish, BackupTarget } from '@croft/protocol'

/**
 * Names where and with which key an archive lies. What a target is reached with is no part of it: a chain goes on
 * when its access key is rotated.
 */
export function placeOf({ target, encryptionKey }: ArchiveWish): string {
  return createHash('sha256')
    .update(JSON.stringify([whereIs(target), encryptionKey ?? null]))
    .digest('base64url')
}

/** Names where a target lies, for what all databases share there. */
export function locationOf(target: BackupTarget): string {
  return JSON.stringify(whereIs(target))
}

function whereIs(target: BackupTarget): (string | null)[] {
  if (target.type === 'directory') return [target.type, target.path]
  return [
    target.type,
    target.endpoint,
    target.type === 'azure' ? target.container : target.bucket,
    target.prefix,
  ]
}
