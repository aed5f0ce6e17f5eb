import { Type } from 'typebox'
import { PRINTABLE } from '../../../platform/http/index.ts'

/** One line of text that people wrote, or the name of something. */
export const Line = (maxLength: number, description?: string) =>
  Type.String({
    maxLength,
    pattern: PRINTABLE,
    ...(description === undefined ? {} : { description }),
  })

/** What people call a thing. */
export const Name = Type.String({ minLength: 1, maxLength: 128, pattern: PRINTABLE })
