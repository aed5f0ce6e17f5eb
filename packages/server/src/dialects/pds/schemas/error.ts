import { Type } from 'typebox'

/** How every failure is told: as the API's own `ErrorData`. The original documents no body. */
export const ErrorBody = (description: string) =>
  Type.Object(
    {
      code: Type.String({ description: 'What went wrong, for programs.' }),
      message: Type.String({ description: 'What went wrong, for people.' }),
      details: Type.Optional(
        Type.String({ description: 'Which fields are at fault, or what would be right.' }),
      ),
    },
    { additionalProperties: false, description },
  )
