import { type Static, Type } from 'typebox'
import { LaterCredential } from './credential.ts'
import { item, LinkOrNull, PageQuery, pageOf, Url } from './hal.ts'

const FIELDS = {
  name: Type.String(),
  endpoint: Type.Union([Type.String(), Type.Null()], {
    description: 'Where it is, with `<user>:<password>` to be filled in; null until its host has said so.',
  }),
  plan: LinkOrNull('Null for one that was made by another API, when no plan fits it.'),
  environment: LinkOrNull('Null as `plan`.'),
  project: LinkOrNull('Null when it is in none.'),
  quarantine_dt: Type.Union([Type.String({ format: 'date' }), Type.Null()]),
  total_size_in_bytes: Type.Integer({ description: '0 is without limit.' }),
  used_size_in_bytes: Type.Union([Type.Integer(), Type.Null()], { description: 'Null until it is known.' }),
}

const First = item({ ...FIELDS, credentials: Type.Array(Url()) })
const Later = item({
  ...FIELDS,
  credentials: Type.Array(LaterCredential),
  team: Url(),
  status: Type.Union(
    [Type.Literal('Alive'), Type.Literal('Initializing'), Type.Literal('Alert'), Type.Literal('Dead')],
    { description: 'Alert: it could not be made or brought back.' },
  ),
  engine: LinkOrNull('Its engine and version.'),
  created_at: Type.String({ format: 'date-time' }),
})

export const Database = Type.Union([First, Later], {
  description: 'The second form by `Accept: application/json; version=2`.',
})
export type DatabaseBody = Static<typeof Database>
export const DatabasePage = pageOf('database', Database)

export const DatabaseQuery = Type.Object({
  ...PageQuery,
  name: Type.Optional(Type.String({ description: 'Only those of this name.' })),
  project: Type.Optional(
    Type.String({ description: 'Only those of this project: its number or its address.' }),
  ),
  engine: Type.Optional(
    Type.String({ description: 'Only those of this engine: its number or its address.' }),
  ),
  environment: Type.Optional(
    Type.String({ description: 'Only those of this environment: its number or its address.' }),
  ),
})

export const NewDatabase = Type.Object({
  name: Type.String({
    maxLength: 100,
    description: 'Kept as a slug: letters, digits and underscores. Cannot be changed later.',
  }),
  plan: Type.String({ description: 'Its address, absolute or not: `/api/plan/1/`.' }),
  environment: Type.String({ description: 'As `plan`.' }),
  project: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'As `plan`.' })),
})

export const DatabaseChanges = Type.Object({
  project: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'PUT without it means none, unless it brings the database back; PATCH leaves it.',
    }),
  ),
  quarantine_dt: Type.Optional(Type.Null({ description: 'Brings a database back from quarantine.' })),
})
