import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'

/** A workspace's id that the client sent; what is none belongs to no workspace. Throws `workspace-not-found`. */
export function readWorkspaceId(text: string): string {
  if (isUuid(text)) return text
  throw new CroftError('workspace-not-found', 'There is no workspace with this id.')
}
