import assert from 'node:assert/strict'
import { until } from '../faults/until.ts'
import { openBrowser } from '../harness/browser.ts'
import { allow, openConsent } from '../harness/consent.ts'
import type { Croft } from '../harness/croft.ts'
import { logIn } from '../harness/log-in.ts'
import { prismaId, uuidOf } from '../harness/prisma-id.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Secret } from './asker.ts'
import { type Known, readNumbers } from './dbaas/numbers.ts'
import type { Dialect, Kind } from './operations.ts'
import { own, send as sendAny } from './own.ts'
import { bySession, makePerson, makeProgram, type Person } from './people.ts'

export type Ids = Readonly<Record<Kind, string>>

/** An organization of one workspace, with one of everything in it. */
export interface Tenant {
  /** A service token of the workspace. */
  readonly token: string
  /** Who administers the organization. */
  readonly owner: Person
  /** A key with rules that may do everything in the workspace. */
  readonly apiKey: string
  readonly ids: Readonly<Record<Dialect, Ids>>
  /** What must never be in an answer again. */
  readonly secrets: readonly Secret[]
}

const PREFIXES: Readonly<Partial<Record<Kind, string>>> = {
  workspace: 'wksp',
  project: 'proj',
  branch: 'br',
  database: 'db',
  connection: 'con',
  backup: 'bkp',
  integration: 'itgr',
  token: 'tok',
  application: 'app',
}

const REDIRECT = 'http://localhost:5999/callback'

interface Application {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
}
interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** Lets an application into the workspace, as its administrator does on the pages, and gets its tokens. */
async function letIn(croft: Croft, application: Application, workspaceName: string): Promise<Tokens> {
  const { bootstrap } = croft
  const client = { client_id: application.clientId, redirect_uri: REDIRECT }
  const asked = { ...client, response_type: 'code', scope: 'workspace:admin offline_access', state: 'x' }
  const browser = openBrowser()
  const url = `${bootstrap.url}/authorize?${new URLSearchParams(asked)}`
  const { leavesTo } = await allow(browser, await openConsent(browser, bootstrap, url), workspaceName)
  const code = new URL(leavesTo ?? '').searchParams.get('code')
  assert.ok(code, 'no consent')
  const response = await fetch(`${bootstrap.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...client,
      grant_type: 'authorization_code',
      client_secret: application.clientSecret,
      code,
    }),
  })
  assert.equal(response.status, 200)
  return response.json() as Promise<Tokens>
}

interface Created {
  readonly id: string
}

/** The engine of the tenant’s database. */
async function findEngine(croft: Croft) {
  interface Engine extends Created {
    readonly name: string
    readonly versions: readonly (Created & { readonly version: string })[]
  }
  const { data } = await own<{ data: readonly Engine[] }>(croft, 'GET', '/engines')
  const engine = data.find(({ name }) => name === 'postgres')
  const version = engine?.versions[0]
  assert.ok(engine && version, 'no engine')
  return { engineType: engine.id, engine: version.id, engineVersion: version.version }
}

/** Every id in the words of each dialect. */
async function idsOf(croft: Croft, token: string, uuids: Ids, known: Known): Promise<Tenant['ids']> {
  const shown = Object.entries(uuids).map(([kind, uuid]) => {
    const prefix = PREFIXES[kind as Kind]
    return [kind, prefix === undefined ? uuid : prismaId(prefix, uuid)]
  })
  const numbers = await readNumbers(croft.bootstrap.url, token, uuids, known)
  return { prisma: Object.fromEntries(shown), croft: uuids, prismeai: uuids, dbaas: numbers }
}

/** The owner, and what an organization has besides its workspace. */
async function makeAccess(croft: Croft, name: string, organizationId: string, workspaceId: string) {
  const { url } = croft.bootstrap
  const owner = await makePerson(croft, `${name}-owner`, [
    { role: 'organization-admin', scope: { type: 'organization', id: organizationId } },
  ])
  const scope = { type: 'workspace', id: workspaceId }
  const member = await makePerson(croft, `${name}-member`, [{ role: 'workspace-reader', scope }])
  const spare = await logIn(url, { email: owner.email, password: owner.password })
  const identity = await makeProgram(croft, organizationId, name)
  const byOwner = <Body>(path: string, body: object) =>
    bySession<Body>(url, owner.session, 'POST', path, body)
  const keyPair = await byOwner<Created & { clientSecret: string }>('/key-pairs', { name, organizationId })
  const apiKey = await byOwner<Created & { value: string }>('/api-keys', {
    name,
    workspaceId,
    rules: [{ action: 'manage', subject: 'all' }],
  })
  const invitation = await byOwner<Created & { link: string | null }>('/invitations', {
    email: `${name}-guest@example.com`,
    role: 'workspace-reader',
    scope,
  })
  const cookieValue = ({ cookie }: { cookie: string }) => cookie.slice(cookie.indexOf('=') + 1)
  const secrets: Secret[] = [
    ...[owner, member].flatMap(({ password, session, key }) => [
      { value: password },
      { value: cookieValue(session) },
      { value: session.csrfToken, shownBy: /^croft\.(logIn|getSession)$/ },
      { value: key.value, shownBy: /^croft\.\w+UserKeys?$/ },
    ]),
    { value: cookieValue(spare) },
    { value: identity.clientSecret },
    { value: identity.token },
    { value: keyPair.clientSecret },
    { value: apiKey.value, shownBy: /^prismeai\.\w+ApiKeys?$|^croft\.getApiKey$/ },
    // Where mail goes out, the link is in that only.
    ...(invitation.link === null
      ? []
      : [{ value: new URL(invitation.link).searchParams.get('token') ?? '' }]),
  ]
  const [binding = ''] = member.bindings
  const ids = {
    organization: organizationId,
    user: member.id,
    userKey: owner.key.id,
    identity: identity.id,
    keyPair: keyPair.id,
    apiKey: apiKey.id,
    keyValue: apiKey.value,
    binding,
    invitation: invitation.id,
    session: spare.id,
  }
  return { owner, apiKey: apiKey.value, secrets, ids }
}

/** A database that was deleted and can be brought back. Answers its id. */
async function makeDeleted(croft: Croft, projectId: string): Promise<string> {
  const { id } = await own<Created>(croft, 'POST', '/databases', { name: 'gone', projectId })
  await waitUntil(
    () => own<{ state: string }>(croft, 'GET', `/databases/${id}`),
    ({ state }) => state === 'ready',
  )
  const backup = await own<Created>(croft, 'POST', `/databases/${id}/backups`)
  await waitUntil(
    () => own<{ state: string }>(croft, 'GET', `/backups/${backup.id}`),
    ({ state }) => state === 'completed',
  )
  await own(croft, 'DELETE', `/databases/${id}`)
  return id
}

/** Makes a workspace of this name and one of everything in it; its database is `ready`, its backup complete. */
export async function makeTenant(croft: Croft, name: string): Promise<Tenant> {
  const { url, adminToken } = croft.bootstrap
  const send = async <Data>(token: string, method: string, path: string, body?: object): Promise<Data> =>
    (await sendAny<{ data: Data }>({ url, token }, method, path, body)).data
  const organization = await own<Created>(croft, 'POST', '/organizations', { name })
  const { id: workspaceId } = await own<Created>(croft, 'POST', '/workspaces', {
    name,
    organizationId: organization.id,
  })
  const access = await makeAccess(croft, name, organization.id, workspaceId)
  const workspace = { id: prismaId('wksp', workspaceId) }
  const serviceTokens = `/v1/workspaces/${workspace.id}/service-tokens`
  const token = await send<Created & { value: string }>(adminToken, 'POST', serviceTokens, { name: 'first' })
  const spare = await send<Created & { value: string }>(token.value, 'POST', serviceTokens, { name: 'spare' })
  const project = await send<Created & { database: Created & { connectionString: string } }>(
    token.value,
    'POST',
    '/v1/projects',
    { name, logicalId: name },
  )
  const branch = await send<Created>(token.value, 'POST', `/v1/projects/${project.id}/branches`, {
    gitName: 'main',
  })
  const database = await send<Created>(token.value, 'POST', '/v1/databases', {
    projectId: project.id,
    name: 'side',
    branchId: branch.id,
  })
  const connection = await send<Created & { connectionString: string }>(
    token.value,
    'POST',
    '/v1/connections',
    { databaseId: database.id, name: 'spare' },
  )
  const backups = `/databases/${uuidOf(database.id)}/backups`
  const backup = await own<Created & { state: string }>(croft, 'POST', backups)
  await waitUntil(
    () => own<{ state: string }>(croft, 'GET', `/backups/${backup.id}`),
    ({ state }) => state === 'completed',
  )
  // Refused for as long as its archive goes on from no backup, which on a busy machine may be a moment.
  const restorePoint = await until(
    () => own<Created>(croft, 'POST', `/databases/${uuidOf(database.id)}/restore-points`, { name: 'spare' }),
    60_000,
    500,
  )
  const secretAccessKey = `${name}’s secret access key`
  const backupTarget = await own<Created>(croft, 'POST', `/workspaces/${workspaceId}/backup-targets`, {
    name: 'away',
    location: {
      type: 's3',
      // Nothing listens there.
      endpoint: 'http://127.0.0.1:1',
      region: 'nowhere',
      bucket: 'none',
      pathStyle: true,
      accessKeyId: 'nobody',
      secretAccessKey,
    },
  })
  await waitUntil(
    () => own<{ state: string }>(croft, 'GET', `/backup-targets/${backupTarget.id}`),
    ({ state }) => state !== 'unknown',
  )
  const environment = await own<Created>(croft, 'POST', '/environments', {
    name,
    region: 'us-east-1',
    namespace: name,
  })
  const plan = await own<Created>(croft, 'POST', '/plans', {
    name,
    engine: 'postgres',
    size: 'nano',
    environmentIds: [environment.id],
  })
  const deletedDatabase = await makeDeleted(croft, uuidOf(project.id))
  const application = await own<Application>(croft, 'POST', '/oauth-applications', {
    name: `${name}’s application`,
    redirectUris: [REDIRECT],
  })
  const tokens = await letIn(croft, application, name)
  const [integration] = await send<Created[]>(
    token.value,
    'GET',
    `/v1/workspaces/${workspace.id}/integrations`,
  )
  assert.ok(integration)
  const password = (text: string) => decodeURIComponent(new URL(text).password)
  const { engineVersion, ...engine } = await findEngine(croft)
  return {
    token: token.value,
    owner: access.owner,
    apiKey: access.apiKey,
    ids: await idsOf(
      croft,
      token.value,
      {
        ...access.ids,
        ...engine,
        workspace: workspaceId,
        project: uuidOf(project.id),
        branch: uuidOf(branch.id),
        database: uuidOf(database.id),
        connection: uuidOf(connection.id),
        backup: backup.id,
        restorePoint: restorePoint.id,
        backupTarget: backupTarget.id,
        deletedDatabase,
        plan: plan.id,
        environment: environment.id,
        integration: uuidOf(integration.id),
        token: uuidOf(spare.id),
        application: application.id,
      },
      { name, database: 'side', user: new URL(connection.connectionString).username, engineVersion },
    ),
    secrets: [
      ...access.secrets,
      ...[
        token.value,
        spare.value,
        application.clientSecret,
        secretAccessKey,
        tokens.access_token,
        tokens.refresh_token,
        password(project.database.connectionString),
      ].map((value) => ({ value })),
      { value: password(connection.connectionString), shownBy: /^dbaas\.(get|replace)Credential$/ },
    ],
  }
}
