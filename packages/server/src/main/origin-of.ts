import type { OriginOf } from '../dialects/prisma/index.ts'
import { CroftError } from '../platform/errors/index.ts'

const HOST = /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/

/**
 * The origin that clients use, for links in answers: the setting, else what the request says. Throws
 * `malformed-request` for a Host header that would make links that are none.
 */
export function createOriginOf(publicUrl: string | undefined): OriginOf {
  return (request) => {
    if (publicUrl !== undefined) return publicUrl
    if (HOST.test(request.host)) return `${request.protocol}://${request.host}`
    throw new CroftError('malformed-request', 'The Host header is not the name of a host.')
  }
}
