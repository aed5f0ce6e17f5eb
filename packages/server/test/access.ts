import type { TestContext } from 'node:test'
import {
  type Access,
  type Call,
  createAccess,
  type Principal,
  systemCall,
} from '../src/domain/access/index.ts'
import { newId } from '../src/platform/ids/index.ts'
import type { Sealer } from '../src/platform/secrets/index.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { createTestSealer } from './sealer.ts'

export interface TestAccess {
  readonly access: Access
  readonly db: TestDatabase['db']
  readonly pool: TestDatabase['pool']
  readonly url: string
  readonly sealer: Sealer
  readonly system: Call
  /** Two workspaces of two organizations. */
  readonly workspaces: readonly [Workspace, Workspace]
}

interface Workspace {
  readonly id: string
  readonly organizationId: string
  readonly name: string
}

export const PASSWORD = 'correct horse battery staple'

async function insertWorkspace(db: TestDatabase['db'], name: string): Promise<Workspace> {
  const organizationId = newId()
  await db.insertInto('organizations').values({ id: organizationId, name }).execute()
  const id = newId()
  await db.insertInto('workspaces').values({ id, organization_id: organizationId, name }).execute()
  return { id, organizationId, name }
}

/** The access domain over a database of its own. */
export async function createTestAccess(t: TestContext): Promise<TestAccess> {
  const { db, pool, url } = await createTestDatabase(t)
  const log = { warn: () => {} }
  const sealer = createTestSealer()
  return {
    access: createAccess({ db, pool, log, sealer }),
    sealer,
    db,
    pool,
    url,
    system: systemCall('test', 'request-1'),
    workspaces: [await insertWorkspace(db, 'Acme'), await insertWorkspace(db, 'Other <b>')],
  }
}

/** A user with one role, `PASSWORD`, and a session. */
export async function createTestUser(
  { access, db, system }: TestAccess,
  email: string,
  role: string,
  scope: { type: 'platform' | 'organization' | 'workspace' | 'namespace'; id: string | null },
): Promise<{ id: string; session: string; principal: Principal; call: Call }> {
  const { userId } = await access.ensureAdministrator(system, { email, password: PASSWORD })
  await db.deleteFrom('role_bindings').where('user_id', '=', userId).execute()
  await db
    .insertInto('role_bindings')
    .values({ id: newId(), user_id: userId, role, scope_type: scope.type, scope_id: scope.id })
    .execute()
  const session = await access.login({ email, password: PASSWORD, address: '192.0.2.1', requestId: 'login' })
  const principal = await access.authenticateSession(session)
  if (!principal) throw new Error('the session of a new user was not accepted')
  return { id: userId, session, principal, call: { principal, requestId: 'request-2' } }
}
