import { Type } from 'typebox'

export const Size = Type.Object(
  { id: Type.String(), memoryMb: Type.Integer(), connectionLimit: Type.Integer() },
  { additionalProperties: false, description: 'What a database may use.' },
)

export const Target = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    regions: Type.Array(Type.String()),
    connected: Type.Boolean(),
    hostname: Type.Union([Type.String(), Type.Null()]),
    engines: Type.Array(
      Type.Object(
        { engine: Type.String(), version: Type.String(), installed: Type.Boolean() },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, description: 'A host that databases run on.' },
)

export const Rotation = Type.Object(
  { keyId: Type.String({ description: 'The key that seals from now on.' }) },
  { additionalProperties: false },
)
