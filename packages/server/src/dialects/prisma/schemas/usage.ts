import { Type } from 'typebox'
import { Shape, Timestamp } from './shape.ts'

export const Usage = Shape(
  {
    period: Shape({ start: Timestamp('First moment.'), end: Timestamp('Last moment.') }),
    metrics: Shape({
      operations: Shape(
        { used: Type.Number({ description: 'How many.' }), unit: Type.Literal('ops') },
        { description: 'SQL statements, reads and writes alike.' },
      ),
      storage: Shape(
        { used: Type.Number({ description: 'How much.' }), unit: Type.Literal('GiB') },
        { description: 'Tables with their indexes and large values, without the write-ahead log.' },
      ),
    }),
    generatedAt: Timestamp('When this was computed.'),
  },
  { description: 'What the database used in the period.' },
)

export const UsageQuery = Type.Object({
  startDate: Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'ISO date or date-time; the start of this month when left out.',
    }),
  ),
  endDate: Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'ISO date (that day included) or date-time; now when left out.',
    }),
  ),
})
