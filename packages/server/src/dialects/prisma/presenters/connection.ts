import type { Static } from 'typebox'
import type { Address, Credential, CredentialWithPassword } from '../../../domain/databases/index.ts'
import { type Links, refer } from '../links.ts'
import type * as schemas from '../schemas/connection.ts'

function base(links: Links, credential: Credential) {
  return {
    ...links.self('connection', credential.id),
    type: 'connection' as const,
    name: credential.name,
    createdAt: credential.createdAt.toISOString(),
    kind: 'postgres' as const,
  }
}

/** Direct and pooled are one address: there is one gateway, and clients differ in which of the two they read. */
function endpoints(address: Address | null) {
  if (!address) return {}
  const { host, port } = address
  return { direct: { host, port }, pooled: { host, port } }
}

function secretEndpoints({ address, connectionString }: CredentialWithPassword) {
  if (!address || connectionString === null) return {}
  const endpoint = { host: address.host, port: address.port, connectionString }
  return { direct: endpoint, pooled: endpoint }
}

/** Without the password, as every read shows it. */
export function presentConnection(links: Links, credential: Credential): Static<typeof schemas.Connection> {
  return {
    ...base(links, credential),
    endpoints: endpoints(credential.address),
    database: refer(links, 'database', credential.database),
  }
}

/** Inside the database it was made with. */
export function presentConnectionOfNewDatabase(
  links: Links,
  credential: CredentialWithPassword,
): Static<typeof schemas.ConnectionOfNewDatabase> {
  return { ...presentConnection(links, credential), endpoints: secretEndpoints(credential) }
}

/** The parts of the connection string, as the first version of the API had them. */
export function presentDirectConnection(
  credential: CredentialWithPassword,
): Static<typeof schemas.DirectConnection> | null {
  if (!credential.address) return null
  return { host: credential.address.host, user: credential.roleName, pass: credential.password }
}

/** The one answer that shows the password of a connection. */
export function presentConnectionWithSecret(
  links: Links,
  credential: CredentialWithPassword,
): Static<typeof schemas.ConnectionWithSecret> {
  const direct = presentDirectConnection(credential)
  return {
    ...base(links, credential),
    endpoints: secretEndpoints(credential),
    connectionString: credential.connectionString ?? '',
    directConnection: direct,
    host: direct?.host ?? null,
    user: credential.roleName,
    pass: credential.password,
    database: refer(links, 'database', credential.database),
  }
}

export function presentApiKey(
  links: Links,
  credential: CredentialWithPassword,
): Static<typeof schemas.ApiKey> {
  return {
    ...base(links, credential),
    endpoints: endpoints(credential.address),
    connectionString: credential.connectionString ?? '',
    directConnection: presentDirectConnection(credential),
  }
}
