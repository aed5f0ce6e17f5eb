import { SIGN_IN_CLIENT_ID } from '../../../../domain/access/index.ts'
import { CroftError } from '../../../../platform/errors/index.ts'
import { goDuration } from '../../go-duration.ts'
import { operation } from '../../operation.ts'
import { issuerOf, presentSignedIn, REDIRECT_URL } from '../../presenters/sign-in.ts'
import {
  AuthorizationCode,
  ClientCredentials,
  GeneratedToken,
  LoginToken,
  OidcInfo,
  OidcTokens,
  PasswordLogin,
  RefreshToken,
} from '../../schemas/sign-in.ts'

const tag = 'Authentication'

export const getOidcInfo = operation({
  tag,
  summary: 'Where users sign in',
  description:
    'Croft is the provider. Users of the provider that the settings name sign in on Croft’s page, which leads there. 404 when the application croft-pds was deleted.',
  status: 200,
  response: OidcInfo,
  async handle({ origin }, { access }) {
    const client = await access.findClient(SIGN_IN_CLIENT_ID)
    if (!client)
      throw new CroftError('application-not-found', 'Nobody can sign in this way: croft-pds was deleted.')
    return {
      authUrl: `${origin}/authorize`,
      clientId: client.clientId,
      issuer: issuerOf(origin).issuer,
      redirectUrl: REDIRECT_URL,
    }
  },
})

export const exchangeAuthorizationCode = operation({
  tag,
  summary: 'Tokens for an authorization code',
  body: AuthorizationCode,
  status: 200,
  response: OidcTokens,
  async handle({ call, body, origin, address, userAgent }, { access }) {
    const visitor = { address, userAgent, requestId: call.requestId }
    const issuer = issuerOf(origin)
    return presentSignedIn(
      await access.exchangeSignInCode({ ...visitor, code: body.AuthCode, issuer }),
      issuer,
    )
  },
})

export const refreshTokens = operation({
  tag,
  summary: 'New tokens for a refresh token',
  description:
    'The refresh token stays the same; it ends with the login, 12 hours after it or after 2 hours without use.',
  body: RefreshToken,
  status: 200,
  response: OidcTokens,
  async handle({ body, origin }, { access }) {
    const issuer = issuerOf(origin)
    return presentSignedIn(await access.refreshSignIn({ ...body, issuer }), issuer)
  },
})

export const logInWithPassword = operation({
  tag,
  summary: 'An ID token for an email and a password',
  description: 'What clients without a browser ask at the issuer. Not in the original’s document.',
  body: PasswordLogin,
  status: 200,
  response: LoginToken,
  async handle({ call, body, origin, address, userAgent }, { access }) {
    const visitor = { address, userAgent, requestId: call.requestId }
    const { idToken } = await access.signIn({ ...body, ...visitor, issuer: issuerOf(origin) })
    return { DATA: { token: idToken } }
  },
})

export const generateToken = operation({
  tag: 'ServiceIdentity',
  summary: 'A token for a service identity’s client id and token',
  body: ClientCredentials,
  status: 200,
  response: GeneratedToken,
  async handle({ call, body, address }, { access }) {
    const { client_id: clientId, client_token: secret } = body
    const given = { kind: 'identity', clientId, secret, address, requestId: call.requestId } as const
    const { token, expiresIn } = await access.exchangeSecret(given).catch((error: unknown) => {
      if (!(error instanceof CroftError) || error.code !== 'not-authenticated') throw error
      throw new CroftError('not-applicable', error.message, { cause: error })
    })
    return { token, valid_for: goDuration(expiresIn) }
  },
})
