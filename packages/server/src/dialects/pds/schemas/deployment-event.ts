import { Type } from 'typebox'
import { Named, Text } from './text.ts'
import { Timestamp, Uuid } from './wire.ts'

const ReportedEvent = Type.Object({
  name: Type.String({
    ...Named,
    minLength: 1,
    description: 'Of the event; a later one of this name replaces it.',
  }),
  type: Type.String({ maxLength: 63, description: 'Normal or Warning.' }),
  reason: Named,
  message: Text,
  count: Type.Integer({ minimum: 0 }),
  timestamp: Type.Integer({ description: 'Seconds since 1970; milliseconds are taken, too.' }),
  resource_kind: Named,
  resource_name: Named,
  action: Type.Optional(Named),
})

export const EventsReport = Type.Object({
  events: Type.Array(
    Type.Object({
      deployment_id: Uuid,
      namespace: Named,
      events: Type.Array(ReportedEvent, { maxItems: 1000 }),
    }),
    { maxItems: 1000 },
  ),
})

export const DeploymentEvent = Type.Object({
  deployment_id: Uuid,
  deployment_target_id: Uuid,
  name: Type.String(),
  namespace: Type.String(),
  type: Type.String(),
  reason: Type.String(),
  message: Type.String(),
  count: Type.Integer(),
  timestamp: Timestamp,
  action: Type.String(),
  resource_kind: Type.String(),
  resource_name: Type.String(),
})

export const LastSynced = Type.Object({
  timestamp: Type.Integer({
    description: 'Of the newest event that was reported, in seconds since 1970; 0 for none.',
  }),
})

export const ManifestReport = Type.Object({
  timestamp: Type.Optional(
    Type.String({
      description: 'RFC 3339: when the agent saw it. An older one than the last changes nothing.',
    }),
  ),
  manifest: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  deleted: Type.Optional(Type.Boolean({ description: 'The deployment is gone from its cluster.' })),
})
