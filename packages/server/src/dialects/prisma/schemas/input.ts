import { Type } from 'typebox'
import { PRINTABLE } from '../../../platform/http/index.ts'

export const Text = (description: string) =>
  Type.String({ minLength: 1, maxLength: 255, pattern: PRINTABLE, description })

/** In queries an empty value means that the filter is not used. */
export const Filter = (description: string) =>
  Type.Optional(Type.String({ maxLength: 255, pattern: PRINTABLE, description }))

export const LogicalId = Text(
  'Declared identity, set by the tool that declares the resource: unique in the workspace for projects, on the branch for databases.',
)

/** An id in a path, query or body. An unknown and a malformed one are answered alike: not found. */
export const IdInput = (prefix: string, of: string) =>
  Type.String({ description: `Id of the ${of}, \`${prefix}_…\`; the prefix may be left out.` })

/** An id where the API documents 422 for a malformed one. */
export const CheckedIdInput = (prefix: string, of: string) =>
  Type.String({
    pattern: `^(${prefix}_)?([cC][^\\s-]{8,}|[a-z0-9]+)$`,
    description: `Id of the ${of}, \`${prefix}_…\`; the prefix may be left out.`,
  })
