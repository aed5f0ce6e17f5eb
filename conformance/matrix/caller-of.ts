import { headersOf } from '../harness/log-in.ts'
import { asPassword } from './dbaas/basic.ts'
import { FOR_ORGANIZATION, FOR_PEOPLE, FOR_PLATFORM } from './expected.ts'
import type { Operation } from './operations.ts'
import type { Tenant } from './tenant.ts'

type Headers = Readonly<Record<string, string>>

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })

/** What somebody of the tenant sends who may do this, or the platform’s administrator where nobody else may. */
export function callerOf(
  { name, dialect }: Operation,
  { token, owner }: Tenant,
  adminToken: string,
): Headers {
  if (dialect === 'dbaas') return asPassword(token)
  if (FOR_PLATFORM.has(name)) return bearer(adminToken)
  if (!FOR_PEOPLE.has(name) && !FOR_ORGANIZATION.has(name)) return bearer(token)
  // Sessions are for our own API; and there a key may less than its user, about keys for one.
  return dialect === 'croft' ? headersOf(owner.session) : bearer(owner.key.value)
}
