import type { Address } from './entities.ts'

/** What a client is given. Role and password need no escaping (see new-login.ts). */
export function connectionString(role: string, password: string, address: Address): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `postgres://${role}:${password}@${host}:${address.port}/postgres?sslmode=${address.sslmode}`
}
