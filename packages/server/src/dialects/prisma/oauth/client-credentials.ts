import { type ClientCredentials, OAuthError } from '../../../domain/access/index.ts'
import type { FormBody } from '../../page/form-body.ts'

/** RFC 6749, 2.3.1: both parts are form-encoded before they are joined. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new OAuthError('invalid_client', 'The Basic credentials are not well-formed.')
  }
}

function readBasic(authorization: string): ClientCredentials {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1]
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 1) throw new OAuthError('invalid_client', 'The Authorization header is not Basic credentials.')
  return {
    clientId: decodePart(decoded.slice(0, colon)),
    clientSecret: decodePart(decoded.slice(colon + 1)) || undefined,
  }
}

/** What the client says it is, in the form or by HTTP Basic. Throws `invalid_client`, `invalid_request`. */
export function readClientCredentials(
  authorization: string | undefined,
  { fields }: FormBody,
): ClientCredentials {
  const { client_id: clientId, client_secret: clientSecret } = fields
  if (authorization === undefined) {
    if (!clientId) throw new OAuthError('invalid_client', 'client_id is missing.')
    return { clientId, clientSecret: clientSecret || undefined }
  }
  const basic = readBasic(authorization)
  if (clientSecret || (clientId && clientId !== basic.clientId)) {
    throw new OAuthError('invalid_request', 'The client must authenticate in one way only.')
  }
  return basic
}
