import { type Static, Type } from 'typebox'
import { Line, Name } from './input.ts'
import { Bounds, Warnings } from './recovery.ts'
import { NewSource, Source } from './source.ts'

const Nullable = <Schema extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(
  schema: Schema,
) => Type.Union([schema, Type.Null()])
const Time = Type.String({ format: 'date-time' })

const fields = {
  id: Type.String(),
  name: Type.String(),
  state: Type.Enum(['provisioning', 'ready', 'recovering', 'failed', 'deleting', 'deleted']),
  stateMessage: Nullable(Type.String({ description: 'Why it failed, or what its last restore met.' })),
  power: Type.Union([Type.Enum(['asleep', 'starting', 'running', 'stopping']), Type.Null()]),
  engine: Type.String(),
  version: Type.String(),
  size: Type.String(),
  region: Type.String(),
  projectId: Type.String(),
  isDefault: Type.Boolean(),
  source: Source,
  idleTimeoutSeconds: Type.Integer({ description: 'Sleeps after so long without traffic; 0 is never.' }),
  backupRetentionDays: Type.Integer(),
  connectionLimit: Type.Integer(),
  target: Type.Object({ id: Type.String(), name: Type.String() }, { additionalProperties: false }),
  recovery: Bounds,
  warnings: Warnings,
  progress: Type.Union(
    [
      Type.Object({ doneBytes: Type.Number(), totalBytes: Type.Number() }, { additionalProperties: false }),
      Type.Null(),
    ],
    { description: 'Of a copy or a restore under way.' },
  ),
  host: Nullable(Type.String()),
  port: Nullable(Type.Integer()),
  createdAt: Time,
}

export const Database = Type.Object(fields, { additionalProperties: false, description: 'A database.' })
export type DatabaseBody = Static<typeof Database>

export const CreatedDatabase = Type.Object(
  {
    ...fields,
    connectionString: Nullable(Type.String({ description: 'Shown this once.' })),
  },
  { additionalProperties: false, description: 'A new database with its first login.' },
)

const Idle = Type.Integer({ minimum: 0, maximum: 31_536_000 })
const Retention = Type.Integer({ minimum: 1, maximum: 3650 })

export const CreateDatabase = Type.Object(
  {
    name: Name,
    projectId: Type.Optional(
      Type.String({ description: 'The oldest project of the workspace unless given.' }),
    ),
    engine: Type.Optional(Type.String({ ...Line(40), default: 'postgres' })),
    version: Type.Optional(Line(20, 'Major version, e.g. `18`.')),
    size: Type.Optional(Type.String({ ...Line(40), default: 'nano' })),
    region: Type.Optional(Type.String({ ...Line(40), default: 'us-east-1' })),
    source: Type.Optional(NewSource),
    idleTimeoutSeconds: Type.Optional(Idle),
  },
  { additionalProperties: false },
)

export const UpdateDatabase = Type.Object(
  {
    name: Type.Optional(Name),
    idleTimeoutSeconds: Type.Optional(Idle),
    backupRetentionDays: Type.Optional(Retention),
  },
  { additionalProperties: false },
)

export const Credential = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    databaseId: Type.String(),
    role: Type.String(),
    createdAt: Time,
  },
  { additionalProperties: false, description: 'A login of a database.' },
)
export type CredentialBody = Static<typeof Credential>

export const CreatedCredential = Type.Object(
  {
    ...Credential.properties,
    password: Type.String({ description: 'Shown this once.' }),
    connectionString: Nullable(Type.String({ description: 'Shown this once.' })),
  },
  { additionalProperties: false },
)

export const CreateCredential = Type.Object({ name: Name }, { additionalProperties: false })
