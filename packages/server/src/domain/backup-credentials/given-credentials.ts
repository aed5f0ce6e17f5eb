import { CroftError } from '../../platform/errors/index.ts'
import type { PublicCredentials } from './credentials.ts'

/** Credentials as they are given: what may be shown, and what may not. */
export interface GivenCredentials {
  readonly shown: PublicCredentials
  readonly secret: string
}

function refuse(path: string, message: string): never {
  throw new CroftError('invalid-input', `The credentials are not valid: ${path.slice(1)} ${message}.`, {
    fields: [{ path, message }],
  })
}

function required(value: string, path: string): void {
  if (value.trim() === '') refuse(path, 'must not be empty')
}

/** Directories of hosts are given as S3-compatible stores at `file:///path`, and need no keys. */
export const isDirectory = (endpoint: string): boolean => endpoint.startsWith('file:')

/**
 * Credentials whose parts are there. Whether they are right only their store knows, which hosts ask when a target is
 * made of them. Throws `invalid-input`.
 */
export function checkCredentials({ shown, secret }: GivenCredentials): GivenCredentials {
  switch (shown.type) {
    case 'azure':
      required(shown.accountName, '/credentials/azure/account_name')
      required(secret, '/credentials/azure/account_key')
      break
    case 'google':
      required(shown.projectId, '/credentials/google/project_id')
      required(secret, '/credentials/google/json_key')
      break
    default: {
      const at = `/credentials/${shown.type.replace('-', '_')}`
      if (shown.type === 's3-compatible') required(shown.endpoint, `${at}/endpoint`)
      if (shown.type === 's3-compatible' && isDirectory(shown.endpoint)) break
      required(shown.accessKey, `${at}/access_key`)
      required(secret, `${at}/secret_key`)
    }
  }
  return { shown, secret }
}
