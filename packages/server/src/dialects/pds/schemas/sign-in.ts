import { Type } from 'typebox'

const secret = Type.String({ minLength: 1, maxLength: 4096 })

export const OidcInfo = Type.Object({
  authUrl: Type.String({
    description: 'Where the user is sent, with client_id, redirect_uri and response_type=code.',
  }),
  clientId: Type.String(),
  issuer: Type.String(),
  redirectUrl: Type.String({
    description: 'Where the code is brought; any port of the loopback address will do.',
  }),
})

export const AuthorizationCode = Type.Object({ AuthCode: secret })
export const RefreshToken = Type.Object({ refreshToken: secret })

export const OidcTokens = Type.Object({
  idToken: Type.String({ description: 'A JWT, and a bearer token of the user.' }),
  refreshToken: Type.String(),
  expiresIn: Type.String({ description: 'Seconds.' }),
  claims: Type.Object({
    aud: Type.String(),
    sub: Type.String(),
    iss: Type.String(),
    name: Type.String(),
    email: Type.String(),
    groups: Type.Array(Type.String()),
    roles: Type.Array(Type.String()),
  }),
})

export const PasswordLogin = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 1024 }),
  code: Type.Optional(
    Type.String({ maxLength: 64, description: 'Of the authenticator app, where one is set up.' }),
  ),
})

export const LoginToken = Type.Object({ DATA: Type.Object({ token: Type.String() }) })

export const ClientCredentials = Type.Object({ client_id: secret, client_token: secret })
export const GeneratedToken = Type.Object({
  token: Type.String(),
  valid_for: Type.String({ description: 'As Go writes durations: "1h0m0s".' }),
})
