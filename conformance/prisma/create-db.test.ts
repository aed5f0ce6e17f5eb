import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { formOf, openBrowser } from '../harness/browser.ts'
import { allow, openConsent } from '../harness/consent.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { bodyOf, managementApi } from '../harness/management-api.ts'
import { loginFault, query } from '../harness/query.ts'
import { newClient } from '../harness/run-client.ts'
import { waitUntil } from '../harness/wait-until.ts'

const HOUR_MS = 3_600_000
const SHORTEST_MS = HOUR_MS / 2
/** What the first two projects have left of that when they are made: enough to claim one of them. */
const LEFT_MS = 30_000

interface Created {
  readonly success: true
  readonly connectionString: string
  readonly claimUrl: string
  readonly deletionDate: string
  readonly projectId: string
  readonly region: string
}

const dataDirectory = await newDataDirectory()

async function newCreateDb({ bootstrap: { url } }: Croft) {
  const client = await newClient({ CREATE_DB_WORKER_URL: url, CLAIM_DB_WORKER_URL: url })
  after(() => client.remove())
  return {
    client,
    async createDb(...flags: string[]): Promise<Created> {
      const ended = await client.run('create-db', '--region', 'us-east-1', '--json', ...flags)
      assert.equal(ended.code, 0, ended.stdout + ended.stderr)
      return JSON.parse(ended.stdout)
    },
  }
}

/** Two projects of which most of the time is over: they were made by a Croft whose clock was slow. */
async function makeOldProjects() {
  const shift = pathToFileURL(join(import.meta.dirname, '..', 'harness', 'shift-clock.mjs')).href
  const croft = await startCroft(dataDirectory, {
    NODE_OPTIONS: `--import=${shift}`,
    SHIFT_CLOCK_MS: String(LEFT_MS - SHORTEST_MS),
  })
  const { createDb } = await newCreateDb(croft)
  const leftAlone = await createDb('--ttl', '30m')
  const toClaim = await createDb('--ttl', '30m')
  assert.equal(await croft.stop(), 0)
  return { leftAlone, toClaim, port: croft.bootstrap.postgres.port }
}

const { leftAlone, toClaim, port } = await makeOldProjects()
const croft = await startCroft(dataDirectory, { CROFT_POSTGRES_PORT: String(port) })
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { client, createDb } = await newCreateDb(croft)
const { bootstrap } = croft
const { url } = bootstrap
const api = managementApi(url, bootstrap.serviceToken)

const statusOf = async (id: string) =>
  (await api.GET('/v1/projects/{id}', { params: { path: { id } } })).response.status

/** Hours from now until then, to the nearest. */
const hoursUntil = (date: string) => Math.round((Date.parse(date) - Date.now()) / HOUR_MS)

test('a claimed project is in the workspace of who claimed it, and the link is used up', async () => {
  assert.equal(await statusOf(leftAlone.projectId), 200, 'its time is not over yet')
  const { projectId, connectionString } = toClaim
  // The link, but at this start's port.
  const claimUrl = toClaim.claimUrl.replace(new URL(toClaim.claimUrl).origin, url)
  await query(connectionString, 'create table kept as select 7 as n')
  const browser = openBrowser()
  const offer = await browser.open(claimUrl)
  assert.equal(offer.status, 200)
  const [, start] = /href="(\/claim\/start[^"]+)"/.exec(offer.html) ?? []
  assert.ok(start, offer.html)
  const consent = await openConsent(browser, bootstrap, new URL(start, url).href)
  assert.ok(formOf(consent, '/authorize/consent'))
  const claimed = await allow(browser, consent)
  assert.equal(claimed.status, 200, claimed.html)
  assert.ok(claimed.html.includes(projectId))

  const again = await browser.open(claimUrl)
  assert.equal(again.status, 404, 'nothing is left to claim')
  assert.deepEqual(await query(connectionString, 'select n from kept'), [{ n: 7 }])
  const params = { path: { id: projectId } }
  bodyOf(await api.GET('/v1/projects/{id}', { params }), 200)
  const here = { workspaceId: bodyOf(await api.GET('/v1/me'), 200).data.workspace?.id ?? '' }
  const left = bodyOf(await api.GET('/v1/integrations', { params: { query: here } }), 200).data
  assert.deepEqual(left, [], 'the consent was for this move only')
})

test('create-db makes a database that answers', async () => {
  const made = await createDb()
  assert.equal(made.success, true)
  assert.equal(made.region, 'us-east-1')
  assert.equal(hoursUntil(made.deletionDate), 24)
  assert.ok(made.claimUrl.startsWith(`${url}/claim?projectID=${made.projectId}&`))
  assert.deepEqual(await query(made.connectionString, 'select 1 as n'), [{ n: 1 }])
  const params = { path: { id: made.projectId } }
  const seen = bodyOf(await api.GET('/v1/projects/{id}', { params }), 200).data
  assert.equal(seen.id, made.projectId, 'temporary projects are in the first workspace')
})

test('create-db --ttl and --quiet', async () => {
  const made = await createDb('--ttl', '1h')
  assert.equal(hoursUntil(made.deletionDate), 1)
  const offer = await openBrowser().open(made.claimUrl)
  const hour = new Date(made.deletionDate).toLocaleTimeString('en', { timeStyle: 'short', timeZone: 'UTC' })
  const minute = new Date(Date.parse(made.deletionDate) - 60_000)
  const earlier = minute.toLocaleTimeString('en', { timeStyle: 'short', timeZone: 'UTC' })
  assert.ok(offer.html.includes(hour) || offer.html.includes(earlier), 'the page says when it goes')

  const quiet = await client.run('create-db', '--region', 'us-east-1', '--quiet', '--ttl', '30m')
  assert.equal(quiet.code, 0, quiet.stderr)
  assert.deepEqual(await query(quiet.stdout.trim(), 'select 1 as n'), [{ n: 1 }])
})

test('create-db regions', async () => {
  const { code, stdout } = await client.run('create-db', 'regions', '--json')
  assert.equal(code, 0)
  const regions: { id: string; status: string }[] = JSON.parse(stdout)
  assert.deepEqual(
    regions.filter(({ status }) => status === 'available').map(({ id }) => id),
    ['us-east-1', 'us-west-1', 'eu-west-3', 'eu-central-1', 'ap-northeast-1', 'ap-southeast-1'],
  )
})

test('claim links that lead nowhere', async () => {
  const browser = openBrowser()
  const mine = bodyOf(await api.POST('/v1/projects', { body: { createDatabase: false } }), 201).data
  for (const id of [mine.id, 'proj_c000000000000000000000000', 'nonsense']) {
    const page = await browser.open(`${url}/claim?projectID=${id}&utm_source=create-db`)
    assert.equal(page.status, 404, id)
    assert.ok(!page.html.includes('<form'))
  }
  const stranger = await browser.open(`${url}/claim/callback?code=x&state=y`)
  assert.equal(stranger.status, 400)
})

test('the worker’s own bounds', async () => {
  const create = (body: unknown) =>
    fetch(`${url}/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const asked = { region: 'us-east-1', name: 'x', utm_source: 'test' }
  for (const ttlMs of [1_799_999, 86_400_001, 3_600_000.5, '3600000']) {
    const refused = await create({ ...asked, ttlMs })
    assert.equal(refused.status, 400, String(ttlMs))
    assert.match(refused.headers.get('content-type') ?? '', /^text\/plain/)
  }
  const elsewhere = await create({ ...asked, region: 'moon-1' })
  assert.equal(elsewhere.status, 400)
  const analytics = await fetch(`${url}/analytics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventName: 'x', properties: {} }),
  })
  assert.ok([202, 204].includes(analytics.status))
  assert.equal((await fetch(`${url}/health`)).status, 200)
})

test('the library, until it is told to wait', async () => {
  // Reads where the worker is when it is loaded.
  process.env.CREATE_DB_WORKER_URL = url
  process.env.CLAIM_DB_WORKER_URL = url
  const { create, regions } = await import('create-db')
  assert.equal((await regions()).length, 6)
  const made = await create({ region: 'eu-central-1', ttl: '2h', userAgent: 'conformance/1' })
  assert.ok(made.success, JSON.stringify(made))
  assert.equal(made.region, 'eu-central-1')
  assert.equal(hoursUntil(made.deletionDate), 2)
  assert.deepEqual(await query(made.connectionString ?? '', 'select 1 as n'), [{ n: 1 }])

  let refused = made as Awaited<ReturnType<typeof create>>
  for (let round = 0; round < 5 && refused.success; round += 1) refused = await create({})
  assert.ok(!refused.success, 'five a minute for programs')
  assert.equal(refused.error, 'RATE_LIMIT_EXCEEDED')
  assert.equal(refused.rateLimitInfo?.maxRequests, 5)
})

test('the time to live ends what was left alone, not what was claimed', async () => {
  await waitUntil(
    () => statusOf(leftAlone.projectId),
    (status) => status === 404,
    LEFT_MS + 120_000,
  )
  assert.equal(await loginFault(leftAlone.connectionString), '28P01')
  assert.equal(await statusOf(toClaim.projectId), 200)
  assert.deepEqual(await query(toClaim.connectionString, 'select n from kept'), [{ n: 7 }])
})
