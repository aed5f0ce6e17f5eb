import { Type } from 'typebox'
import { PRINTABLE } from '../../../platform/http/index.ts'
import { Text } from './input.ts'

export const Event = Type.Object(
  {
    id: Type.String(),
    type: Type.String({ description: 'What happened, e.g. `apikeys.created`.' }),
    source: Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'Who did it, and where.' }),
    payload: Type.Optional(Type.Unknown()),
    target: Type.Optional(Type.Unknown()),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)

export const EventList = Type.Object(
  { result: Type.Object({ events: Type.Array(Event) }, { additionalProperties: false }) },
  { additionalProperties: false },
)

export const EventQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, description: 'At most so many; 50 unless given.' }),
  ),
  beforeId: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only events before the one with this id.' }),
  ),
  beforeDate: Type.Optional(Type.String({ format: 'date-time', description: 'Only events before then.' })),
  afterDate: Type.Optional(Type.String({ format: 'date-time', description: 'Only events from then on.' })),
  text: Type.Optional(Text('Only events with this text in names or details.')),
})

const Emitted = Type.Object({
  type: Type.String({ minLength: 1, maxLength: 255, pattern: PRINTABLE }),
  payload: Type.Optional(Type.Unknown()),
  target: Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object' })),
  source: Type.Optional(
    Type.Object(
      { serviceTopic: Type.Optional(Type.String({ maxLength: 255 })) },
      { description: 'Only `serviceTopic` is looked at, and only by rules.' },
    ),
  ),
})

export const EmitInput = Type.Object({
  events: Type.Array(Emitted, { minItems: 1, maxItems: 100, description: 'All are added, or none.' }),
})

export const EmitAnswer = Type.Object({ result: Type.Literal('ok') }, { additionalProperties: false })
