import { Type } from 'typebox'
import type { Call } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { readId } from './ids.ts'

/** Where a request may say which workspace it means. */
export const WorkspaceId = Type.Optional(
  Type.String({ maxLength: 100, description: 'The caller’s own unless given.' }),
)

/** The workspace that a request means. Throws `invalid-input` when it says none and the caller is bound to none. */
export function workspaceOf(call: Call, given: string | undefined): string {
  if (given !== undefined) return readId('workspace', given)
  if (call.principal.workspaceId !== null) return call.principal.workspaceId
  throw new CroftError('invalid-input', 'Say which workspace is meant.', {
    fields: [{ path: '/workspaceId', message: 'is required for a credential that is bound to no workspace' }],
  })
}
