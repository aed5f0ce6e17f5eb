import { type Static, Type } from 'typebox'
import { Line, Name } from './input.ts'
import { Bounds, Warnings } from './recovery.ts'
import { NewSource, Source } from './source.ts'

const Nullable = <Schema extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(
  schema: Schema,
) => Type.Union([schema, Type.Null()])
const Time = Type.String({ format: 'date-time' })

const Settings = Type.Record(Line(100), Type.String({ maxLength: 600 }), { maxProperties: 100 })
const overrides = {
  memoryMb: Type.Integer({
    minimum: 1,
    description: 'Memory in MB; the engine’s memory for data grows with it.',
  }),
  cpus: Type.Number({ exclusiveMinimum: 0, description: 'Processors at most; half a one is 0.5.' }),
  storageBytes: Type.Integer({ minimum: 1, description: 'Writes are refused while its data takes more.' }),
  settings: Type.Unsafe<Record<string, string>>({
    ...Settings,
    description: 'Settings of its engine, by the engine’s own names.',
  }),
}

const fields = {
  id: Type.String(),
  name: Type.String(),
  state: Type.Enum(['provisioning', 'ready', 'recovering', 'failed', 'deleting', 'deleted']),
  stateMessage: Nullable(Type.String({ description: 'Why it failed, or what its last restore met.' })),
  power: Type.Union([Type.Enum(['asleep', 'starting', 'running', 'stopping']), Type.Null()]),
  engine: Type.String(),
  databaseName: Type.String({ description: 'Its name within its server, which clients connect to.' }),
  version: Type.String(),
  size: Type.String(),
  region: Type.String(),
  projectId: Type.String(),
  isDefault: Type.Boolean(),
  source: Source,
  idleTimeoutSeconds: Type.Integer({ description: 'Sleeps after so long without traffic; 0 is never.' }),
  backupRetentionDays: Type.Integer(),
  connectionLimit: Type.Integer(),
  overrides: Type.Partial(Type.Object(overrides), {
    additionalProperties: false,
    description: 'What it has in place of its size’s.',
  }),
  tlsRequired: Type.Boolean({ description: 'Whether clients must use TLS.' }),
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
  port: Nullable(Type.Integer({ description: 'Of the gateway that all databases of the engine share.' })),
  ownPort: Nullable(
    Type.Integer({ description: 'A port of its own on the same host, for logins whose names were chosen.' }),
  ),
  quarantinedAt: Type.Union([Time, Type.Null()], {
    description: 'Since when it is in quarantine; its passwords were changed then.',
  }),
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

/** The domain says what each engine takes; this only bounds it. */
const User = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[a-z0-9_]+$',
  description:
    'A login name of one’s own choice, unique in the database; without it, a random one. It is found at the database’s own port only.',
})
const DatabaseName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[a-z0-9_]+$',
  description:
    'What it is called within its server, for clients that want a certain name; `postgres` or `main` unless given. Redis has no names: it is `0` there whatever is given.',
})

const Idle = Type.Integer({ minimum: 0, maximum: 31_536_000 })
const Retention = Type.Integer({ minimum: 1, maximum: 3650 })

export const CreateDatabase = Type.Object(
  {
    name: Name,
    projectId: Type.Optional(
      Type.String({ description: 'The oldest project of the workspace unless given.' }),
    ),
    engine: Type.Optional(
      Line(40, 'One of `GET /engines`: `postgres` unless given. A copy is of its source’s.'),
    ),
    version: Type.Optional(Line(20, 'One of the engine’s; the newest that is installed unless given.')),
    databaseName: Type.Optional(DatabaseName),
    user: Type.Optional(User),
    size: Type.Optional(Type.String({ ...Line(40), default: 'nano' })),
    region: Type.Optional(Type.String({ ...Line(40), default: 'us-east-1' })),
    source: Type.Optional(NewSource),
    idleTimeoutSeconds: Type.Optional(Idle),
    overrides: Type.Optional(Type.Partial(Type.Object(overrides), { additionalProperties: false })),
    tlsRequired: Type.Optional(Type.Boolean({ default: false })),
  },
  { additionalProperties: false },
)

export const UpdateDatabase = Type.Object(
  {
    name: Type.Optional(Name),
    idleTimeoutSeconds: Type.Optional(Idle),
    backupRetentionDays: Type.Optional(Retention),
    overrides: Type.Optional(
      Type.Object(
        {
          memoryMb: Type.Optional(Type.Union([overrides.memoryMb, Type.Null()])),
          cpus: Type.Optional(Type.Union([overrides.cpus, Type.Null()])),
          storageBytes: Type.Optional(Type.Union([overrides.storageBytes, Type.Null()])),
          settings: Type.Optional(Type.Union([overrides.settings, Type.Null()])),
        },
        {
          additionalProperties: false,
          description:
            'Each one given takes the place of what was chosen before, settings as a whole; null goes back to the size’s. Its server restarts for other memory and settings; one that does not start with them goes on with those before.',
        },
      ),
    ),
    tlsRequired: Type.Optional(
      Type.Boolean({
        description: 'Refuses clients without TLS from now on, and ends the sessions there are.',
      }),
    ),
  },
  { additionalProperties: false },
)

export const Credential = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    databaseId: Type.String(),
    role: Type.String(),
    chosen: Type.Boolean({ description: 'Whether somebody chose the name of the role.' }),
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

export const CreateCredential = Type.Object(
  { name: Name, user: Type.Optional(User) },
  { additionalProperties: false },
)
