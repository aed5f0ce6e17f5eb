import { Type } from 'typebox'
import { PRINTABLE } from '../../../platform/http/index.ts'

/** Names and ids that clients give. */
export const Named = Type.String({ maxLength: 255, pattern: PRINTABLE })
/** Text of any kind, line breaks included. */
export const Text = Type.String({ maxLength: 4096 })
