import assert from 'node:assert/strict'
import { openBrowser } from '../harness/browser.ts'
import { allow, openConsent } from '../harness/consent.ts'
import type { Croft } from '../harness/croft.ts'
import { prismaId, uuidOf } from '../harness/prisma-id.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Dialect, Kind } from './operations.ts'
import { own, send as sendAny } from './own.ts'

export type Ids = Readonly<Record<Kind, string>>

/** A workspace with one of everything in it. */
export interface Tenant {
  readonly token: string
  readonly ids: Readonly<Record<Dialect, Ids>>
  /** What must never be in an answer again. */
  readonly secrets: readonly string[]
}

const PREFIXES: Readonly<Record<Kind, string>> = {
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

/** Every id in the words of both dialects. */
function idsOf(uuids: Ids): Tenant['ids'] {
  const shown = Object.entries(uuids).map(([kind, uuid]) => [kind, prismaId(PREFIXES[kind as Kind], uuid)])
  return { prisma: Object.fromEntries(shown), croft: uuids }
}

/** Makes a workspace of this name and one of everything in it; its database is `ready`, its backup complete. */
export async function makeTenant(croft: Croft, name: string): Promise<Tenant> {
  const { url, adminToken } = croft.bootstrap
  const send = async <Data>(token: string, method: string, path: string, body?: object): Promise<Data> =>
    (await sendAny<{ data: Data }>({ url, token }, method, path, body)).data
  const workspace = await send<Created>(adminToken, 'POST', '/v1/workspaces', { displayName: name })
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
  return {
    token: token.value,
    ids: idsOf({
      workspace: uuidOf(workspace.id),
      project: uuidOf(project.id),
      branch: uuidOf(branch.id),
      database: uuidOf(database.id),
      connection: uuidOf(connection.id),
      backup: backup.id,
      integration: uuidOf(integration.id),
      token: uuidOf(spare.id),
      application: application.id,
    }),
    secrets: [
      token.value,
      spare.value,
      application.clientSecret,
      tokens.access_token,
      tokens.refresh_token,
      password(connection.connectionString),
      password(project.database.connectionString),
    ],
  }
}
