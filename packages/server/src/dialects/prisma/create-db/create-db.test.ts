import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestUser, PASSWORD } from '../../../../test/access.ts'
import { createPrismaApp, ORIGIN, type PrismaApp } from '../../../../test/prisma-app.ts'
import { parseId, showId } from '../ids.ts'

interface Made {
  data: {
    id: string
    database: { id: string; connections: { endpoints: { direct: { connectionString: string } } }[] }
  }
}

async function create({ app }: PrismaApp, payload: object = {}) {
  return app.inject({
    method: 'POST',
    url: '/create',
    payload: { region: 'us-east-1', name: 'temporary', ...payload },
  })
}

test('create-db: health, regions and analytics', async (t) => {
  const { app } = await createPrismaApp(t)
  assert.equal((await app.inject('/health')).json().status, 'ok')
  const regions = (await app.inject('/regions')).json().data
  assert.deepEqual([regions.length, regions[0].status], [6, 'available'])
  const analytics = {
    method: 'POST',
    url: '/analytics',
    payload: { eventName: 'x', properties: {} },
  } as const
  assert.equal((await app.inject(analytics)).statusCode, 204)
})

test('create-db: a project that ends by itself', async (t) => {
  const given = await createPrismaApp(t)
  const answer = await create(given, {
    ttlMs: 3_600_000,
    source: 'cli',
    utm_source: 'create-db',
    userAgent: 'x/1',
  })
  assert.equal(answer.statusCode, 201, answer.body)
  const { data } = answer.json<Made>()
  assert.match(data.database.connections[0]?.endpoints.direct.connectionString ?? '', /^postgres:/)
  const project = await given.domain.tenancy.getProject(given.system, parseId('project', data.id) ?? '')
  const left = (project.expiresAt?.getTime() ?? 0) - project.createdAt.getTime()
  assert.ok(Math.abs(left - 3_600_000) < 60_000)
  assert.equal(project.workspace.id, given.acme.id)
})

test('create-db: a wrong ttlMs is told in plain text, other faults as JSON', async (t) => {
  const given = await createPrismaApp(t)
  const ttl = await create(given, { ttlMs: 5 })
  assert.deepEqual([ttl.statusCode, ttl.headers['content-type']], [400, 'text/plain; charset=utf-8'])
  const region = await create(given, { region: 'mars-1' })
  assert.deepEqual([region.statusCode, region.json().error.status], [400, 400])
})

test('create-db: programs may make five a minute, and learn when to go on', async (t) => {
  const given = await createPrismaApp(t)
  for (let count = 0; count < 5; count += 1) {
    assert.equal((await create(given, { source: 'programmatic', ttlMs: 1 })).statusCode, 400)
  }
  const answer = await create(given, { source: 'programmatic' })
  assert.equal(answer.statusCode, 429)
  const { error, rateLimitInfo } = answer.json()
  assert.deepEqual([error, rateLimitInfo.maxRequests], ['RATE_LIMIT_EXCEEDED', 5])
  assert.equal(Number(answer.headers['retry-after']) * 1000, rateLimitInfo.retryAfterMs)
  assert.equal((await create(given, { source: 'cli', ttlMs: 1 })).statusCode, 400)
})

/** A browser: keeps cookies, and posts the first form of a page with what is given. */
function createBrowser({ app }: PrismaApp) {
  const cookies = new Map<string, string>()
  async function go(url: string, form?: Record<string, string>) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await app.inject({
      method: form ? 'POST' : 'GET',
      url: url.replace(ORIGIN, ''),
      headers: {
        cookie,
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN } : {}),
      },
      ...(form ? { payload: new URLSearchParams(form).toString() } : {}),
    })
    for (const { name, value, maxAge, expires } of response.cookies) {
      if (maxAge === 0 || (expires && expires.getTime() < Date.now())) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  async function submit(page: string, fields: Record<string, string>) {
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(page) ?? []
    const [, token = ''] = /name="form_token" value="([^"]+)"/.exec(page) ?? []
    return go(action.replaceAll('&amp;', '&'), { form_token: token, ...fields })
  }
  return { go, submit }
}

async function claimUpToConsent(t: TestContext) {
  const given = await createPrismaApp(t)
  const { data } = (await create(given)).json<Made>()
  await createTestUser(given, 'ann@example.com', 'workspace-admin', { type: 'workspace', id: given.other.id })
  const browser = createBrowser(given)
  const offer = await browser.go(`/claim?projectID=${data.id}&utm_source=create-db&utm_medium=cli`)
  assert.equal(offer.statusCode, 200)
  const [, start = ''] = /class="button" href="([^"]+)"/.exec(offer.body) ?? []
  const started = await browser.go(start.replaceAll('&amp;', '&'))
  assert.equal(started.statusCode, 302)
  const login = await browser.go(String(started.headers.location))
  assert.equal(login.statusCode, 200, login.body)
  const loggedIn = await browser.submit(login.body, { email: 'ann@example.com', password: PASSWORD })
  const consent = loggedIn.statusCode === 200 ? loggedIn : await browser.go(String(loggedIn.headers.location))
  return { given, project: data, browser, consent }
}

test('a claim moves the project to the chosen workspace, where it stays', async (t) => {
  const { given, project, browser, consent } = await claimUpToConsent(t)
  const allowed = await browser.submit(consent.body, { workspace: given.other.id, decision: 'allow' })
  const back = String(allowed.headers.location)
  assert.ok(back.startsWith(`${ORIGIN}/claim/callback?`), back)
  const done = await browser.go(back)
  assert.equal(done.statusCode, 200, done.body)
  assert.ok(done.body.includes('temporary is yours') && done.body.includes(project.database.id))

  const claimed = await given.domain.tenancy.getProject(given.system, parseId('project', project.id) ?? '')
  assert.deepEqual([claimed.workspace.id, claimed.expiresAt], [given.other.id, null])
  // The consent was for this move only.
  const page = { limit: 10, after: null }
  const grants = await given.access.listGrants(given.system, { workspaceId: given.other.id, page })
  assert.deepEqual(grants.items, [])
  assert.equal((await browser.go(`/claim?projectID=${project.id}`)).statusCode, 404)
  assert.equal((await browser.go(back)).statusCode, 400)
})

test('a claim that is not allowed leaves everything as it was', async (t) => {
  const { given, project, browser, consent } = await claimUpToConsent(t)
  const denied = await browser.submit(consent.body, { decision: 'deny' })
  const page = await browser.go(String(denied.headers.location))
  assert.equal(page.statusCode, 400)
  const { workspace, expiresAt } = await given.domain.tenancy.getProject(
    given.system,
    parseId('project', project.id) ?? '',
  )
  assert.equal(workspace.id, given.acme.id)
  assert.ok(expiresAt)
})

test('a return that this browser did not begin claims nothing', async (t) => {
  const { given, browser, consent } = await claimUpToConsent(t)
  const allowed = await browser.submit(consent.body, { workspace: given.other.id, decision: 'allow' })
  const back = String(allowed.headers.location)
  assert.equal((await createBrowser(given).go(back)).statusCode, 400)
  assert.equal((await browser.go(back.replace(/state=[^&]+/, 'state=wrong'))).statusCode, 400)
})

test('only temporary projects can be claimed', async (t) => {
  const given = await createPrismaApp(t)
  const lasting = await given.domain.projects.createProject(given.system, {
    workspaceId: given.acme.id,
    database: false,
  })
  const foreign = await given.domain.projects.createProject(given.system, {
    workspaceId: given.other.id,
    database: false,
    expiresAt: new Date(Date.now() + 3_600_000),
  })
  for (const { project } of [lasting, foreign]) {
    for (const path of ['/claim', '/claim/start']) {
      const answer = await given.app.inject(`${path}?projectID=${showId('project', project.id)}`)
      assert.equal(answer.statusCode, 404)
    }
  }
  assert.equal((await given.app.inject('/claim?projectID=<script>')).statusCode, 404)
  assert.equal((await given.app.inject('/claim')).statusCode, 400)
})
