import type { Operations } from '../../operation.ts'
import {
  exchangeAuthorizationCode,
  generateToken,
  getOidcInfo,
  logInWithPassword,
  refreshTokens,
} from './sign-in.ts'

/** Those that nobody has a token for yet. */
export const openOperations: Operations = {
  getOidcInfo: ['GET', '/auth/oidc-info', getOidcInfo],
  exchangeAuthorizationCode: ['POST', '/auth/authorization-code', exchangeAuthorizationCode],
  refreshTokens: ['POST', '/auth/refresh-token', refreshTokens],
  generateToken: ['POST', '/service-identity/generate-token', generateToken],
}

/** Worth guessing at. */
export const passwordOperations: Operations = {
  logInWithPassword: ['POST', '/auth/login', logInWithPassword],
}
