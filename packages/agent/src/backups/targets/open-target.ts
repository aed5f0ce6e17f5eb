import { isAbsolute } from 'node:path'
import type { BackupTarget } from '@croft/protocol'
import { createAzureStore } from './azure/azure-store.ts'
import { createDirectoryStore } from './directory.ts'
import { unreachable } from './directory-fault.ts'
import { createGoogleStore } from './google/google-store.ts'
import { createS3Store } from './s3/s3-store.ts'
import type { BackupStore } from './target.ts'

/**
 * The store a target names. `defaultDirectory` is the agent's own, and is made when needed; a directory that an
 * operator names must be there. Throws `AgentFault` `target-unreachable` for a path that is not absolute.
 */
export function openTarget(target: BackupTarget, defaultDirectory: string): BackupStore {
  if (target.type === 's3') return createS3Store(target)
  if (target.type === 'azure') return createAzureStore(target)
  if (target.type === 'google') return createGoogleStore(target)
  if (target.path === null) return createDirectoryStore(defaultDirectory, { create: true })
  if (!isAbsolute(target.path)) throw unreachable('must be given as an absolute path')
  return createDirectoryStore(target.path, { create: false })
}
