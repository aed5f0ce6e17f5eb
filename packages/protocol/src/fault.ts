import { type Static, Type } from 'typebox'

export const Fault = Type.Object({
  /** Stable, kebab-case: `disk-full`, `engine-not-installed`, `backup-corrupt`, `server-crashed`, ... */
  code: Type.String(),
  /** A sentence an operator can act on; no paths of secrets, no stack. */
  message: Type.String(),
})
export type Fault = Static<typeof Fault>
