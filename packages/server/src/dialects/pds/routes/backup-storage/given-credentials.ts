import type { Static } from 'typebox'
import type { GivenCredentials } from '../../../../domain/backup-credentials/index.ts'
import { CroftError } from '../../../../platform/errors/index.ts'
import type { Credentials } from '../../schemas/backup-credentials.ts'

const elsewhere = (endpoint: string | undefined) => (endpoint ? { endpoint } : {})

/** The one kind of credentials that a body has. Throws `invalid-input` for none, or several. */
export function readCredentials(body: Static<typeof Credentials>): GivenCredentials {
  const { azure, google, s3, s3_compatible: compatible } = body
  const given: GivenCredentials[] = []
  if (azure) {
    const shown = {
      type: 'azure',
      accountName: azure.account_name ?? '',
      ...elsewhere(azure.endpoint),
    } as const
    given.push({ shown, secret: azure.account_key ?? '' })
  }
  if (google) {
    const shown = {
      type: 'google',
      projectId: google.project_id ?? '',
      ...elsewhere(google.endpoint),
    } as const
    given.push({ shown, secret: google.json_key ?? '' })
  }
  for (const [type, found] of [
    ['s3', s3],
    ['s3-compatible', compatible],
  ] as const) {
    if (!found) continue
    const { access_key: accessKey = '', secret_key: secret = '', endpoint = '' } = found
    given.push({ shown: { type, accessKey, endpoint }, secret })
  }
  const [one, ...others] = given
  if (one && others.length === 0) return one
  const message = 'must have exactly one of azure, google, s3 and s3_compatible'
  throw new CroftError('invalid-input', `The request’s credentials ${message}.`, {
    fields: [{ path: '/credentials', message }],
  })
}
