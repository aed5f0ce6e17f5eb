/** The error codes of RFC 6749 (4.1.2.1 and 5.2) that we answer with. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'

/**
 * A refusal in OAuth's own terms. Apart from CroftError because RFC 6749 fixes its codes and its body, whatever
 * dialect the client speaks otherwise. The description is public.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  constructor(code: OAuthErrorCode, description: string) {
    super(description)
    this.name = 'OAuthError'
    this.code = code
  }
}
