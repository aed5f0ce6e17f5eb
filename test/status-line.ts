import { STATUSES } from '../packages/server/src/dialects/croft/errors.ts'
import { ERRORS as PRISMA } from '../packages/server/src/dialects/prisma/errors.ts'
import { ERRORS as PRISMEAI } from '../packages/server/src/dialects/prismeai/errors.ts'
import type { ErrorCode } from '../packages/server/src/platform/errors/index.ts'

/** How each API tells a code, as `docs/reference/errors.md` shows it under the heading. */
export function statusLine(code: ErrorCode): string {
  const prisma = PRISMA[code]
  const { status, error } = PRISMEAI[code]
  const told =
    prisma.status === 'input'
      ? '400 `client-error` or 422 `validation-error`'
      : `${prisma.status} \`${prisma.code}\``
  return `Croft API: ${STATUSES[code]}. Prisma Management API: ${told}. Prisme.ai API: ${status} \`${error}\`.`
}
