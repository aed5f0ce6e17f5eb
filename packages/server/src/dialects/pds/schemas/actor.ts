import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const made = { created_at: Timestamp, updated_at: Timestamp }

/** Exactly one of the three is there. */
export const Actor = Type.Object({
  user: Type.Optional(Type.Object({ id: Uuid, email: Type.String(), created_at: Timestamp })),
  service_account: Type.Optional(Type.Object({ id: Uuid, name: Type.String(), tenant_id: Uuid, ...made })),
  service_identity: Type.Optional(Type.Object({ id: Uuid, name: Type.String(), account_id: Uuid, ...made })),
})

export const Question = Type.Object({
  operation: Type.String({ description: 'create, read, update, delete or list.' }),
  entity_type: Type.String({ description: 'A kind of thing, such as "deployment".' }),
  entity_id: Type.Optional(
    Type.String({ description: 'Of the thing; to create or list, of what it is or will be in.' }),
  ),
})
export const Verdict = Type.Object({ allow: Type.Boolean() })
