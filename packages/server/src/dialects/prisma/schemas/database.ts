import { Type } from 'typebox'
import { ApiKey, Connection, ConnectionOfNewDatabase, DirectConnection } from './connection.ts'
import { IdInput, LogicalId, Text } from './input.ts'
import { Reference } from './reference.ts'
import { RegionOrInherit } from './region.ts'
import { CreatedAt, Id, Nullable, NullableString, OneOf, SelfLink, Shape } from './shape.ts'

export const BackupSource = Shape(
  {
    type: Type.Literal('backup'),
    databaseId: Type.String({ description: 'Id of the database that the backup is of.' }),
    backupId: Type.String({ description: 'Id of the backup.' }),
  },
  { description: 'Made from a backup.' },
)
const DatabaseSource = Shape(
  {
    type: Type.Literal('database'),
    databaseId: Type.String({ description: 'Id of the database that was copied.' }),
  },
  { description: 'A copy of another database.' },
)
const SourceShown = Nullable(
  Type.Union([
    Shape({ type: Type.Literal('empty') }, { description: 'Made empty.' }),
    BackupSource,
    DatabaseSource,
  ]),
  'What it was made from.',
)

const Connections = Type.Array(Connection, { description: 'Its logins, without their secrets.' })
const NewConnections = Type.Array(ConnectionOfNewDatabase, {
  description: 'Its first login, with its secret.',
})

const region = Shape(
  { id: Type.String({ description: 'Id of the region.' }), name: Type.String({ description: 'Its name.' }) },
  { description: 'Where it is.' },
)

const base = {
  id: Id('db', 'Id of the database.'),
  type: Type.Literal('database'),
  url: SelfLink,
  name: Type.String({ description: 'Display name. PostgreSQL knows the database as `postgres`.' }),
  createdAt: CreatedAt,
  isDefault: Type.Boolean({
    description: 'Whether it is the project’s default, which goes only with the project.',
  }),
  defaultConnectionId: NullableString({ description: 'Its first connection; null until it is ready.' }),
  source: SourceShown,
  branchId: NullableString({ description: 'The branch it is attached to.' }),
  logicalId: NullableString({ description: 'Declared identity, unique on its branch.' }),
}
const status = OneOf(
  ['provisioning', 'ready', 'failure', 'recovering'],
  '`ready` means that a login has succeeded; `failure` is final.',
)
const project = Reference('proj', 'project')

export const Database = Shape({ ...base, status, connections: Connections, project, region })

export const RestoredDatabase = Shape({
  ...base,
  status,
  connections: Connections,
  project,
  region,
  source: Type.Union([BackupSource, DatabaseSource], {
    description:
      'What is restored; a `database` when the call named a moment, which is an extension of Croft’s.',
  }),
})

export const NewDatabase = Shape({
  ...base,
  status,
  connections: NewConnections,
  project,
  region,
})

/** What the two older create calls answer: today’s fields and those of the first version of the API. */
const legacy = {
  ...base,
  status: OneOf(['provisioning', 'ready'], '`ready` means that a login has succeeded.'),
  connections: NewConnections,
  region,
  apiKeys: Type.Array(ApiKey, { description: 'Deprecated: use `connections`.' }),
  connectionString: NullableString({ description: 'Deprecated: use `connections[].endpoints`.' }),
  directConnection: Nullable(DirectConnection, 'Deprecated: use `connections[].endpoints`.'),
}
export const DatabaseOfNewProject = Shape(legacy)
export const LegacyNewDatabase = Shape({ ...legacy, project })

const BackupInput = Type.Object(
  {
    type: Type.Literal('backup'),
    databaseId: IdInput('db', 'database that the backup is of'),
    backupId: IdInput('bkp', 'backup'),
  },
  { description: 'The backup to restore.' },
)
const Moment = Type.String({
  maxLength: 64,
  description:
    'An extension of Croft’s, which the original API does not have: the moment to restore to, with its time zone, e.g. `2026-05-01T12:30:00Z`.',
})
export const RestoreSource = Type.Union(
  [
    BackupInput,
    Type.Object(
      {
        type: Type.Literal('database'),
        databaseId: Type.Optional(
          IdInput('db', 'database to go back in; the restored one itself when left out'),
        ),
        at: Moment,
      },
      { description: 'An extension of Croft’s: what the database was at a moment of its recovery window.' },
    ),
  ],
  { description: 'What to restore.' },
)
export const SourceInput = Type.Union(
  [
    Type.Object({ type: Type.Literal('empty') }),
    BackupInput,
    Type.Object({
      type: Type.Literal('database'),
      databaseId: IdInput('db', 'database to copy'),
      at: Type.Optional(Moment),
    }),
  ],
  { description: 'What to make it from; empty when left out.' },
)

const creation = {
  region: Type.Optional(RegionOrInherit),
  name: Type.Optional(Text('Display name.')),
  isDefault: Type.Optional(
    Type.Boolean({ default: false, description: 'Whether it becomes the project’s default database.' }),
  ),
  source: Type.Optional(SourceInput),
}

export const CreateDatabaseInProject = Type.Object({
  ...creation,
  fromDatabase: Type.Optional(
    Type.Object(
      { id: IdInput('db', 'database'), backupId: Type.Optional(IdInput('bkp', 'backup')) },
      { description: 'Deprecated: use `source`. With a backup id it is a restore, without one a copy.' },
    ),
  ),
})

const branch = {
  branchId: Type.Optional(IdInput('br', 'branch')),
  branchGitName: Type.Optional(
    Text('Git name of the branch, which is made when there is none; not with `branchId`.'),
  ),
}

export const CreateDatabase = Type.Object({
  projectId: IdInput('proj', 'project'),
  ...creation,
  ...branch,
  logicalId: Type.Optional(LogicalId),
})

export const UpdateDatabase = Type.Object({
  name: Type.Optional(Text('Display name.')),
  ...branch,
  logicalId: Type.Optional(LogicalId),
})

export const RestoreDatabase = Type.Object({ source: RestoreSource })
