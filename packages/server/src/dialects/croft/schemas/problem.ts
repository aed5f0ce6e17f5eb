import { type Static, Type } from 'typebox'

/** RFC 9457. `code` is stable and is what programs should look at. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'A page about this kind of problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong this time.' }),
    code: Type.String({ description: 'Stable name of the problem, e.g. `database-not-found`.' }),
    hint: Type.Optional(Type.String({ description: 'What can be done about it.' })),
    fields: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description: 'The fields of the input that are wrong.',
      }),
    ),
    requestId: Type.String(),
  },
  { additionalProperties: false, description: 'A problem document (RFC 9457).' },
)
export type Problem = Static<typeof Problem>
