import { createHash } from 'node:crypto'
import type { ArchiveWish } from '@croft/protocol'

/**
 * Names where and with which key an archive lies. What a target is reached with is no part of it: a chain goes on
 * when its access key is rotated.
 */
export function placeOf({ target, encryptionKey }: ArchiveWish): string {
  const where =
    target.type === 'directory'
      ? [target.type, target.path]
      : [target.type, target.endpoint, target.bucket, target.prefix]
  return createHash('sha256')
    .update(JSON.stringify([where, encryptionKey ?? null]))
    .digest('base64url')
}
