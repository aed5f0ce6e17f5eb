import { SIGN_IN_CLIENT_ID, type SignedIn } from '../../../domain/access/index.ts'

/** The port is an example. */
export const REDIRECT_URL = 'http://localhost:8080/auth-wait'

/** Clients log in with a password at `<issuer>/login`. */
export const issuerOf = (origin: string) => ({ issuer: `${origin}/auth`, audience: SIGN_IN_CLIENT_ID })

export const presentSignedIn = (
  { idToken, refreshToken, expiresIn, user }: SignedIn,
  { issuer, audience }: ReturnType<typeof issuerOf>,
) => ({
  ...{ idToken, refreshToken, expiresIn: String(expiresIn) },
  claims: {
    ...{ aud: audience, sub: user.id, iss: issuer, name: user.name, email: user.email },
    ...{ groups: [], roles: [] },
  },
})
