import { Type } from 'typebox'
import { Line } from './input.ts'

const Maybe = Type.Union([Type.String(), Type.Null()])
const Time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))
const Uuid = (description: string) => Type.Optional(Type.String({ maxLength: 100, description }))

export const Event = Type.Object(
  {
    id: Type.String(),
    at: Type.String({ format: 'date-time' }),
    workspaceId: Maybe,
    actor: Type.Object({ type: Type.String(), id: Maybe, name: Maybe }, { additionalProperties: false }),
    action: Type.String({ description: '`noun.past`, e.g. `database.created`.' }),
    subject: Type.Object({ type: Type.String(), id: Type.String() }, { additionalProperties: false }),
    before: Type.Unknown(),
    after: Type.Unknown(),
    requestId: Maybe,
  },
  { additionalProperties: false, description: 'Something that was done, and by whom.' },
)

/** Which events are wanted. */
export const EventQuery = {
  workspaceId: Uuid('Only of this workspace.'),
  actorId: Type.Optional(Line(255, 'Only by this user, token, key or part of Croft.')),
  action: Type.Optional(Line(100, 'Only actions that begin so, e.g. `database.` or `database.created`.')),
  subjectType: Type.Optional(Line(100, 'Only about things of this kind, e.g. `database`.')),
  subjectId: Type.Optional(Line(100, 'Only about this thing.')),
  from: Time('From this moment on.'),
  to: Time('Before this moment.'),
  text: Type.Optional(
    Line(200, 'Only with this text in names or details, in any case. Pages may then be short, or empty.'),
  ),
}

export const VerifyQuery = Type.Object({
  after: Type.Optional(Line(200, '`next` of the step before; the beginning of the chain unless given.')),
  expect: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,15}:[0-9a-f]{64}$',
      description: '`head` of an earlier verification that was kept elsewhere; send it with every step.',
    }),
  ),
})

export const VerifyStep = Type.Object(
  {
    checked: Type.Integer({ description: 'Links and events looked at in this step.' }),
    links: Type.Integer({ description: 'Links in the chain at the moment.' }),
    head: Type.String({
      description:
        'The newest link, `<sequence>:<hash>`. Kept elsewhere, it shows later whether the whole chain was made anew.',
    }),
    fault: Type.Union([
      Type.Object(
        {
          kind: Type.Enum(['changed', 'missing', 'reordered', 'inserted', 'deleted', 'rewritten']),
          message: Type.String(),
          sequence: Type.Union([Type.Integer(), Type.Null()]),
          eventId: Maybe,
        },
        { additionalProperties: false, description: 'The first place where the trail is not what it was.' },
      ),
      Type.Null(),
    ]),
    next: Type.Union([Type.String(), Type.Null()], { description: 'Where to go on; null at the end.' }),
  },
  { additionalProperties: false },
)

export const Retention = Type.Object(
  {
    workspaceId: Type.String(),
    days: Type.Integer(),
    own: Type.Boolean({
      description: 'Whether the workspace has days of its own; else the platform’s apply.',
    }),
  },
  { additionalProperties: false, description: 'How long events are kept.' },
)

export const SetRetention = Type.Object(
  {
    days: Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Type.Null()], {
      description: 'Null for the platform’s. Fewer than those need a platform administrator.',
    }),
  },
  { additionalProperties: false },
)
