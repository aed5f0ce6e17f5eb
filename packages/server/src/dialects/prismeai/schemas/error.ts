import { Type } from 'typebox'

/** How every failure is told. */
export const ErrorBody = (description: string) =>
  Type.Object(
    {
      error: Type.String({ description: 'What went wrong, for programs.' }),
      message: Type.String({ description: 'What went wrong, for people.' }),
      details: Type.Optional(Type.Unknown({ description: 'More, depending on `error`.' })),
    },
    { additionalProperties: false, description },
  )
