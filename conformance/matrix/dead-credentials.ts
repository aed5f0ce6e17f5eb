import { setTimeout as sleep } from 'node:timers/promises'
import type { Croft } from '../harness/croft.ts'
import { own } from './own.ts'
import { bySession, makePerson, makeProgram } from './people.ts'
import type { Tenant } from './tenant.ts'

interface Made {
  readonly id: string
  readonly value: string
}

const EXPIRES_IN_MS = 1000

/** The headers of credentials that were good once, by what became of them. */
export async function makeDeadCredentials(
  croft: Croft,
  { ids, owner }: Tenant,
): Promise<Readonly<Record<string, Record<string, string>>>> {
  const { url } = croft.bootstrap
  const { workspace: workspaceId, organization } = ids.croft
  const byOwner = <Body>(method: string, path: string, body?: object) =>
    bySession<Body>(url, owner.session, method, path, body)
  const expiresAt = new Date(Date.now() + EXPIRES_IN_MS).toISOString()
  const since = Date.now()

  const expired = await own<Made>(croft, 'POST', '/tokens', { name: 'expiring', workspaceId, expiresAt })
  const expiredKey = await byOwner<Made>('POST', '/user-api-keys', { name: 'expiring', expiresAt })
  const revoked = await own<Made>(croft, 'POST', '/tokens', { name: 'revoked', workspaceId })
  await own(croft, 'DELETE', `/tokens/${revoked.id}?workspaceId=${workspaceId}`)

  const offKey = await byOwner<Made>('POST', '/user-api-keys', { name: 'switched off' })
  await byOwner('PATCH', `/user-api-keys/${offKey.id}`, { enabled: false })
  const rules = [{ action: 'manage', subject: 'all' }]
  const make = (name: string) => byOwner<Made>('POST', '/api-keys', { name, workspaceId, rules })
  const disabled = await make('switched off')
  await byOwner('PATCH', `/api-keys/${disabled.id}?workspaceId=${workspaceId}`, { disabled: true })
  const deleted = await make('deleted')
  await byOwner('DELETE', `/api-keys/${deleted.id}?workspaceId=${workspaceId}`)

  const scope = { type: 'workspace', id: workspaceId }
  const roles = [{ role: 'workspace-admin', scope }]
  const identities = await Promise.all(
    ['off', 'regenerated', 'deleted'].map((name) => makeProgram(croft, organization, name, roles)),
  )
  const [off, regenerated, gone] = identities
  await byOwner('PATCH', `/service-identities/${off?.id}`, { enabled: false })
  await byOwner('POST', `/service-identities/${regenerated?.id}/regenerate`)
  await byOwner('DELETE', `/service-identities/${gone?.id}`)

  const loggedOut = await makePerson(croft, `logged-out-${organization}`, roles)
  await bySession(url, loggedOut.session, 'DELETE', '/session')
  const barred = await makePerson(croft, `barred-${organization}`, roles)
  await own(croft, 'PATCH', `/users/${barred.id}`, { disabled: true })

  await sleep(Math.max(0, since + EXPIRES_IN_MS + 100 - Date.now()))
  const bearers = {
    'an expired token': expired.value,
    'an expired user key': expiredKey.value,
    'a revoked token': revoked.value,
    'a user key that is switched off': offKey.value,
    'an API key that is switched off': disabled.value,
    'an API key that was deleted': deleted.value,
    'a token of an identity that is switched off': off?.token,
    'a token for a secret that was replaced': regenerated?.token,
    'a token of an identity that was deleted': gone?.token,
    'a key of a disabled user': barred.key.value,
    'a session as bearer': /=(.*)/.exec(owner.session.cookie)?.[1],
  }
  return {
    ...Object.fromEntries(
      Object.entries(bearers).map(([fault, token]) => [fault, { authorization: `Bearer ${token}` }]),
    ),
    'a session that ended': {
      cookie: loggedOut.session.cookie,
      'x-csrf-token': loggedOut.session.csrfToken,
    },
    'a session of a disabled user': {
      cookie: barred.session.cookie,
      'x-csrf-token': barred.session.csrfToken,
    },
  }
}
