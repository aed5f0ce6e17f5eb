import { Type } from 'typebox'

export const Size = Type.Object(
  {
    id: Type.String(),
    memoryMb: Type.Integer(),
    connectionLimit: Type.Integer(),
    engines: Type.Record(Type.String(), Type.Record(Type.String(), Type.String()), {
      description: 'What it gives each engine, in the engine’s own settings.',
    }),
  },
  { additionalProperties: false, description: 'What a database may use.' },
)

const Reason = Type.String({ description: 'Why it is not installed, and what would change that.' })

export const Target = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    regions: Type.Array(Type.String()),
    connected: Type.Boolean(),
    hostname: Type.Union([Type.String(), Type.Null()]),
    engines: Type.Array(
      Type.Object(
        {
          engine: Type.String(),
          version: Type.String(),
          installed: Type.Boolean(),
          reason: Type.Optional(Reason),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, description: 'A host that databases run on.' },
)

export const Engine = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ description: 'What `engine` is when a database is created.' }),
    title: Type.String({ description: 'As people write it.' }),
    capabilities: Type.Object(
      {
        archive: Type.Boolean({
          description: 'Whether its databases can be restored to any moment, and have restore points.',
        }),
        namesDatabases: Type.Boolean({
          description: 'Whether the database within a server can have a name of one’s own choice.',
        }),
      },
      { additionalProperties: false },
    ),
    versions: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          version: Type.String(),
          installed: Type.Boolean({ description: 'Whether a connected host has it.' }),
          reason: Type.Optional(Reason),
        },
        { additionalProperties: false },
      ),
      { description: 'Oldest first.' },
    ),
  },
  { additionalProperties: false, description: 'What databases run on.' },
)

export const Rotation = Type.Object(
  { keyId: Type.String({ description: 'The key that seals from now on.' }) },
  { additionalProperties: false },
)
