import { type Static, Type } from 'typebox'

const At = Type.String({
  maxLength: 64,
  description: 'A moment of its recovery window, with its time zone: `2026-05-01T12:30:00Z`.',
})
const RestorePoint = Type.String({ maxLength: 100, description: 'Name or id of one of its restore points.' })
const Force = Type.Boolean({ description: 'Takes a backup that failed its verification.' })
const OfBackup = { type: Type.Literal('backup'), backupId: Type.String() }
const closed = { additionalProperties: false }

/** What a database was made from. */
export const Source = Type.Union([
  Type.Object({ type: Type.Literal('empty') }, closed),
  Type.Object(
    { ...OfBackup, databaseId: Type.String({ description: 'The database that was backed up.' }) },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('database'),
      databaseId: Type.String({ description: 'The database that was copied.' }),
      at: Type.Optional(Type.String({ format: 'date-time', description: 'The moment it was restored to.' })),
      restorePoint: Type.Optional(Type.String({ description: 'The restore point it was restored to.' })),
    },
    closed,
  ),
])

/** What a new database can be made from. */
export const NewSource = Type.Union([
  Type.Object({ type: Type.Literal('empty') }, closed),
  Type.Object(
    {
      ...OfBackup,
      databaseId: Type.String({ description: 'The database that was backed up; it may be deleted since.' }),
      force: Type.Optional(Force),
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('database'),
      databaseId: Type.String({
        description: 'The database to copy as it is now, or as it was; it may be deleted since.',
      }),
      at: Type.Optional(At),
      restorePoint: Type.Optional(RestorePoint),
    },
    closed,
  ),
])
export type NewSource = Static<typeof NewSource>

const DatabaseId = Type.Optional(Type.String({ description: 'Whose; the database’s own unless given.' }))

/** What the data of an existing database can be replaced by. */
export const RestoreSource = Type.Union([
  Type.Object({ ...OfBackup, databaseId: DatabaseId, force: Type.Optional(Force) }, closed),
  Type.Object({ type: Type.Literal('point-in-time'), at: At }, closed),
  Type.Object({ type: Type.Literal('restore-point'), name: RestorePoint }, closed),
  Type.Object(
    {
      type: Type.Literal('database'),
      databaseId: DatabaseId,
      at: Type.Optional(At),
      restorePoint: Type.Optional(RestorePoint),
    },
    closed,
  ),
])
export type RestoreSource = Static<typeof RestoreSource>

export const RestoreDatabase = Type.Object(
  {
    source: Type.Optional(RestoreSource),
    backupId: Type.Optional(Type.String({ description: 'Short for a `source` that is a backup.' })),
    databaseId: Type.Optional(
      Type.String({ description: 'Whose backup `backupId` is; this database’s unless given.' }),
    ),
  },
  closed,
)
