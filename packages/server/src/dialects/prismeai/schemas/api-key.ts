import { Type } from 'typebox'
import { Text } from './input.ts'
import { KeptRule, Rule } from './rule.ts'

// Without `additionalProperties: false`: the original ignores what it does not know here.
export const ApiKeyInput = Type.Object({
  name: Text('What people call it; several keys may have one name.'),
  rules: Type.Array(Rule, { description: 'What it may do, and may not.' }),
})

export const ApiKey = Type.Object(
  {
    apiKey: Type.String({ description: 'Its value, which is also what it is called by in paths.' }),
    name: Type.String(),
    rules: Type.Array(KeptRule),
    subjectType: Type.Literal('workspaces'),
    subjectId: Type.String({ description: 'Id of the workspace that it belongs to.' }),
    disabled: Type.Optional(Type.Boolean({ description: 'Present while it is switched off.' })),
  },
  { additionalProperties: false },
)

export const ApiKeyParams = Type.Object({
  workspaceId: Type.String({ maxLength: 100, description: 'Workspace id, a UUID.' }),
  apiKey: Type.String({ maxLength: 255, description: 'Value of the key.' }),
})

export const DeletedApiKey = Type.Object({ apiKey: Type.String() }, { additionalProperties: false })
