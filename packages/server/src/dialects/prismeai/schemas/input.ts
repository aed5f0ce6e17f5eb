import { Type } from 'typebox'
import { PRINTABLE } from '../../../platform/http/index.ts'

export const Text = (description: string, maxLength = 255) =>
  Type.String({ maxLength, pattern: PRINTABLE, description })

export const WorkspaceParams = Type.Object({
  workspaceId: Type.String({ maxLength: 100, description: 'Workspace id, a UUID.' }),
})
