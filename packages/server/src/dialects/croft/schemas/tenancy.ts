import { Type } from 'typebox'
import { Name } from './input.ts'

const Time = Type.String({ format: 'date-time' })

export const Organization = Type.Object(
  { id: Type.String(), name: Type.String(), createdAt: Time },
  { additionalProperties: false, description: 'Holds workspaces and service identities.' },
)

export const CreateOrganization = Type.Object({ name: Name }, { additionalProperties: false })

export const Workspace = Type.Object(
  { id: Type.String(), organizationId: Type.String(), name: Type.String(), createdAt: Time },
  { additionalProperties: false, description: 'Holds projects, and what may be done with them.' },
)

export const CreateWorkspace = Type.Object(
  {
    name: Name,
    organizationId: Type.Optional(
      Type.String({ maxLength: 100, description: 'The platform’s own unless given.' }),
    ),
  },
  { additionalProperties: false },
)
