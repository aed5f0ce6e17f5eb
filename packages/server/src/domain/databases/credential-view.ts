import { connectionString } from './connection-string.ts'
import type { Credential, CredentialWithPassword } from './entities.ts'

export function withPassword(credential: Credential, password: string): CredentialWithPassword {
  const { address, roleName } = credential
  return {
    ...credential,
    password,
    connectionString: address && connectionString(roleName, password, address),
  }
}
