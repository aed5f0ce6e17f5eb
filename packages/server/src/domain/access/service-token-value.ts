import { bareId } from './bare-id.ts'
import { mintJwt } from './jwt.ts'

const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** A new value for a service token. The claims are what the Prisma CLI reads the workspace from. */
export function newServiceTokenValue(token: {
  readonly id: string
  readonly workspaceId: string
  readonly expiresAt: Date | null
}): string {
  return mintJwt({
    sub: `workspace:${bareId(token.workspaceId)}`,
    jti: bareId(token.id),
    iat: inSeconds(new Date()),
    ...(token.expiresAt && { exp: inSeconds(token.expiresAt) }),
  })
}
