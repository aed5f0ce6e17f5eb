import { Type } from 'typebox'
import { Text } from '../schemas/input.ts'
import { RegionInput } from '../schemas/region.ts'

const Ignored = Type.Optional(Type.String({ maxLength: 500 }))

export const CreateTemporary = Type.Object({
  region: Type.Optional(RegionInput),
  name: Type.Optional(Text('Name of the project.')),
  source: Type.Optional(Type.Union([Type.Literal('cli'), Type.Literal('programmatic')])),
  // Checked by hand: clients expect a plain text for a wrong one.
  ttlMs: Type.Optional(Type.Unknown({ description: 'Milliseconds until it is deleted unless claimed.' })),
  utm_source: Ignored,
  userAgent: Ignored,
})

export const ClaimQuery = Type.Object({ projectID: Type.String({ maxLength: 200 }) })

export const CallbackQuery = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 500 })),
  state: Type.Optional(Type.String({ maxLength: 500 })),
  error: Type.Optional(Type.String({ maxLength: 500 })),
})
