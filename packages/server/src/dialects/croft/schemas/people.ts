import { Type } from 'typebox'
import { Line, Name } from './input.ts'
import { Level } from './role.ts'

const Time = Type.String({ format: 'date-time' })
const MaybeTime = Type.Union([Time, Type.Null()])
const MaybeText = Type.Union([Type.String(), Type.Null()])

export const Email = Line(254, 'An email address.')
/** Not `Line`: people may choose whatever they can type. */
export const Password = Type.String({ maxLength: 1024, description: '12 characters at least.' })
export const Code = Line(100, 'Of the authenticator app, or a recovery code.')
export const LinkToken = Line(200, 'Of the link.')

export const User = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    displayName: MaybeText,
    disabled: Type.Boolean(),
    secondFactor: Type.Boolean({
      description: 'Whether the login asks for a code of an authenticator app too.',
    }),
    hasPassword: Type.Boolean({ description: 'False for who logs in at another provider only.' }),
    lastLoginAt: MaybeTime,
    createdAt: Time,
  },
  { additionalProperties: false, description: 'A person who may log in.' },
)

export const CreateUser = Type.Object(
  {
    email: Email,
    displayName: Type.Optional(Name),
    password: Type.Optional(Password),
  },
  { additionalProperties: false },
)

export const UpdateUser = Type.Object(
  {
    displayName: Type.Optional(Type.Union([Name, Type.Null()])),
    disabled: Type.Optional(Type.Boolean({ description: 'For administrators of the platform.' })),
  },
  { additionalProperties: false },
)

export const Session = Type.Object(
  {
    id: Type.String(),
    address: MaybeText,
    userAgent: MaybeText,
    createdAt: Time,
    lastSeenAt: Type.String({ format: 'date-time', description: 'To the minute.' }),
    expiresAt: Type.String({
      format: 'date-time',
      description: 'Sooner, when nobody uses it for two hours.',
    }),
    current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
  },
  { additionalProperties: false, description: 'A login of a browser.' },
)

export const CurrentSession = Type.Object(
  {
    ...Session.properties,
    user: User,
    csrfToken: Type.String({
      description: 'For the header `x-csrf-token` of every request that changes something.',
    }),
  },
  { additionalProperties: false },
)

export const Login = Type.Object(
  { email: Email, password: Password, code: Type.Optional(Code) },
  { additionalProperties: false },
)

export const Link = Type.Object(
  {
    link: Type.String({ description: 'To pass on to the user. Shown this once.' }),
    expiresAt: Time,
  },
  { additionalProperties: false },
)

export const Invitation = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    role: Type.String(),
    scope: Type.Object({ type: Type.String(), id: MaybeText }, { additionalProperties: false }),
    invitedBy: Type.Union([Type.String(), Type.Null()], { description: 'A user’s id.' }),
    createdAt: Time,
    expiresAt: Time,
  },
  { additionalProperties: false, description: 'A role that waits for somebody to come and take it.' },
)

export const CreatedInvitation = Type.Object(
  {
    ...Invitation.properties,
    link: Type.Union([Type.String(), Type.Null()], {
      description: 'To pass on, shown this once; null when it goes out by mail.',
    }),
  },
  { additionalProperties: false },
)

export const CreateInvitation = Type.Object(
  {
    email: Email,
    role: Line(100, 'A built-in role of the scope’s level.'),
    scope: Type.Object(
      {
        type: Level,
        id: Type.Optional(Type.String({ maxLength: 100, description: 'Left out for the platform.' })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
