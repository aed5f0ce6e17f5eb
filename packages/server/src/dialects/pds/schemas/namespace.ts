import { Type } from 'typebox'
import { Named } from './text.ts'
import { Timestamp, Uuid } from './wire.ts'

const Status = Type.Union([Type.Literal('available'), Type.Literal('unavailable')], {
  description: 'An unavailable one takes no new deployments.',
})

export const Namespace = Type.Object({
  id: Uuid,
  account_id: Uuid,
  tenant_id: Uuid,
  deployment_target_id: Uuid,
  name: Type.String(),
  status: Status,
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const NewNamespace = Type.Object({
  name: Type.String({ ...Named, description: 'A DNS label; one of its deployment target has it.' }),
})
export const NamespaceChanges = Type.Object({ status: Type.Optional(Status) })
