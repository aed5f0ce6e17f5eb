import { engineOf } from '../engines/index.ts'
import type { Credential, CredentialWithPassword } from './entities.ts'

export function withPassword(credential: Credential, password: string): CredentialWithPassword {
  const { address, roleName: role, databaseName: database } = credential
  const connectionString =
    address && engineOf(credential.engine).connectionString({ address, role, password, database })
  return { ...credential, password, connectionString }
}
