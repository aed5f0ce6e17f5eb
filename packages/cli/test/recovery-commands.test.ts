import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page } from './api.ts'
import { local } from './local-croft.ts'

const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const FROM = '2026-01-02T03:04:05.000Z'
const TO = '2026-01-03T00:00:00.250Z'

const database = (fields: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: ID, name: 'shop', state: 'ready', stateMessage: null, engine: 'postgres', version: '18' },
  ...{ size: 'small', region: 'eu-west-3', projectId: 'p1', idleTimeoutSeconds: 0, createdAt: FROM },
  ...fields,
})
const like = { projectId: 'p1', size: 'small', region: 'eu-west-3', idleTimeoutSeconds: 0 }
const window = {
  ...{ earliest: FROM, latest: TO, retentionDays: 7, spans: [{ from: FROM, to: TO }] },
  archive: { state: 'lagging', lagBytes: 5_000_000, archivedAt: TO, fault: { message: 'it is away' } },
}
/** As the CLI shows it in the zone of this test. */
const shown = (iso: string) => new Date(iso).toLocaleString('sv-SE')

test('a database goes back in place to a moment, a restore point, a backup or the latest', async (t) => {
  const { croft, calls } = await local(t, (_, key) => {
    if (key === 'GET /databases') return page([database()])
    if (key === `GET /databases/${ID}`) return { status: 200, body: database() }
    if (key === `GET /databases/${ID}/recovery-window`) return { status: 200, body: window }
    if (key === 'GET /backups/b1')
      return { status: 200, body: { id: 'b1', databaseId: ID, createdAt: FROM, state: 'completed' } }
    if (key === 'GET /backups/b2')
      return { status: 200, body: { id: 'b2', databaseId: 'x', createdAt: FROM, state: 'completed' } }
    if (key === `POST /databases/${ID}/restore`)
      return { status: 202, body: database({ state: 'recovering' }) }
    return undefined
  })
  const restore = (...args: string[]) => croft(['database', 'restore', 'shop', ...args])
  const source = { type: 'database', databaseId: ID }
  for (const [args, expected] of [
    [['--at', '2026-01-02T12:00:00+01:00'], { ...source, at: '2026-01-02T11:00:00.000Z' }],
    [['--restore-point', 'before'], { ...source, restorePoint: 'before' }],
    [['--backup', 'b1'], { type: 'backup', databaseId: ID, backupId: 'b1' }],
    [['--latest'], { ...source, at: TO }],
  ] as const) {
    const { code, err } = await restore(...args, '--yes')
    assert.equal(code, 0, err)
    assert.deepEqual(calls.filter(({ method }) => method === 'POST').at(-1)?.body, { source: expected })
    assert.match(err, /shop is restored to /)
  }
  const before = Date.now()
  assert.equal((await restore('--at', '-90s', '-y')).code, 0)
  const body = calls.filter(({ method }) => method === 'POST').at(-1)?.body as { source: { at: string } }
  const ago = Date.now() - Date.parse(body.source.at)
  assert.ok(ago >= 90_000 && ago <= 90_000 + Date.now() - before, `${ago} ms ago`)

  const posts = calls.filter(({ method }) => method === 'POST').length
  for (const [args, code, message] of [
    [[], 2, /To what should it be restored\?\n.*--at TIME/],
    [['--latest'], 2, /"shop" goes back to .* Nobody can be asked here .*\n.*--yes/],
    [['--backup', 'b2', '-y'], 1, /another database’s[\s\S]*croft backup restore b2/],
  ] as const) {
    const refused = await restore(...args)
    assert.equal(refused.code, code, refused.err)
    assert.match(refused.err, message)
  }
  assert.equal(calls.filter(({ method }) => method === 'POST').length, posts)
})

test('a moment, and a database as it is now, become a new one like it', async (t) => {
  const { croft, calls } = await local(t, (_, key) => {
    if (key === 'GET /databases') return page([database()])
    if (key === 'POST /databases')
      return {
        status: 201,
        body: database({ id: 'n', state: 'provisioning', connectionString: 'postgres://n' }),
      }
    if (key === 'GET /databases/n')
      return { status: 200, body: database({ id: 'n', progress: { doneBytes: 1, totalBytes: 2 } }) }
    return undefined
  })
  const at = '2026-01-02T12:00:00.000Z'
  const then = await croft(['database', 'restore', 'shop', '--at', at, '--into', 'then'])
  assert.equal(then.out, 'postgres://n\n', then.err)
  const source = { type: 'database', databaseId: ID }
  assert.deepEqual(calls.find(({ method }) => method === 'POST')?.body, {
    ...{ name: 'then', ...like, source: { ...source, at } },
  })
  const clone = await croft(['db', 'clone', 'shop', 'copy', '-o', 'json', '--no-wait'])
  assert.equal(JSON.parse(clone.out).connectionString, 'postgres://n')
  assert.deepEqual(calls.at(-1)?.body, { name: 'copy', ...like, source })
})

test('the window is shown, also when a moment lies outside of it', async (t) => {
  const recovery = { earliest: FROM, latest: TO }
  const warnings = [{ code: 'archive-lagging', message: 'Its archive lags behind.' }]
  const { croft } = await local(t, (_, key) => {
    if (key === 'GET /databases') return page([database({ recovery, warnings })])
    if (key === `GET /databases/${ID}/recovery-window`) return { status: 200, body: window }
    if (key === `POST /databases/${ID}/restore`) {
      const detail = `2020-01-01T00:00:00.000Z is before the earliest moment, ${FROM}; the latest is ${TO}.`
      return { status: 422, body: { title: 'Outside', status: 422, code: 'point-outside-window', detail } }
    }
    return undefined
  })
  const show = await croft(['database', 'window', 'shop'])
  assert.match(show.out, /^Archive +lagging, 5\.0 MB behind: it is away$/m)
  assert.ok(show.out.includes(`${shown(FROM)} to ${shown(TO)}.250`), show.out)
  assert.match(show.out, /Kept +7 days\nWarnings +Its archive lags behind\./)
  assert.equal((await croft(['database', 'window', 'shop', '-q'])).out, `${FROM} ${TO}\n`)
  const one = await croft(['database', 'show', 'shop'])
  assert.ok(one.out.includes(`any moment from ${shown(FROM)} to ${shown(TO)}`), one.out)
  assert.match(one.out, /Warnings +Its archive lags behind\./)
  const outside = await croft(['database', 'restore', 'shop', '--at', '2020-01-01T00:00:00Z', '-y'])
  assert.equal(outside.code, 1)
  assert.match(outside.err, /before the earliest moment/)
  assert.ok(outside.err.includes(`  ${shown(FROM)} to ${shown(TO)}.250`), outside.err)
})

test('restore points are made, waited for, listed and deleted', async (t) => {
  const point = (state: string) => ({
    ...{ id: 'r1', databaseId: ID, name: 'before', state, at: state === 'completed' ? FROM : null },
    ...{ restorable: true, error: state === 'failed' ? 'the server is away' : null, createdAt: FROM },
  })
  let state = 'completed'
  const { croft, calls } = await local(t, (_, key) => {
    if (key === 'GET /databases') return page([database()])
    if (key === `POST /databases/${ID}/restore-points`) return { status: 201, body: point('running') }
    if (key === 'GET /restore-points/r1') return { status: 200, body: point(state) }
    if (key === `GET /databases/${ID}/restore-points`) return page([point('completed')])
    if (key === 'DELETE /restore-points/r1') return { status: 204 }
    return undefined
  })
  const made = await croft(['restore-point', 'create', 'shop', 'before'])
  assert.equal(made.code, 0, made.err)
  assert.ok(made.err.includes(`shop can be restored to before, ${shown(FROM)}`), made.err)
  assert.deepEqual(calls.find(({ method }) => method === 'POST')?.body, { name: 'before' })
  assert.match((await croft(['restore-point', 'list', 'shop'])).out, /before +completed +2026.* yes +r1/)
  assert.equal((await croft(['restore-point', 'delete', 'r1', '-y'])).code, 0)
  state = 'failed'
  const failed = await croft(['restore-point', 'create', 'shop', 'before'])
  assert.equal(failed.code, 1)
  assert.match(failed.err, /could not be made: the server is away/)
})

test('a deleted database is listed, brought back and purged by its name', async (t) => {
  const deleted = {
    ...{ id: ID, name: 'shop', projectId: 'p1', deletedAt: FROM, purgeAt: TO, backups: 3 },
    recovery: { earliest: FROM, latest: TO },
  }
  const { croft, calls } = await local(t, (_, key) => {
    if (key === 'GET /me') return { status: 200, body: { workspaceId: 'w1' } }
    if (key === 'GET /workspaces/w1/deleted-databases') return page([deleted])
    if (key === 'POST /databases')
      return { status: 201, body: database({ id: 'n', connectionString: 'postgres://n' }) }
    if (key === `DELETE /deleted-databases/${ID}`) return { status: 202, body: deleted }
    return undefined
  })
  assert.match((await croft(['database', 'deleted'])).out, /^shop +2026\S+ \S+ +2026\S+ \S+ +3 +any moment/m)
  const back = ['database', 'restore-deleted', 'shop', '--into', 'again']
  const source = { type: 'database', databaseId: ID }
  for (const [args, expected] of [
    [[], source],
    [['--latest'], source],
    [['--at', FROM], { ...source, at: FROM }],
    [['--backup', 'b1'], { type: 'backup', databaseId: ID, backupId: 'b1' }],
  ] as const) {
    const { out, err } = await croft([...back, ...args])
    assert.equal(out, 'postgres://n\n', err)
    assert.deepEqual(calls.at(-1)?.body, { name: 'again', projectId: 'p1', source: expected })
  }
  assert.equal((await croft([...back, '--latest', '--at', FROM])).code, 2)
  const none = await croft(['database', 'restore-deleted', 'shp', '--into', 'x'])
  assert.match(none.err, /no deleted database "shp"\.\nThere is: shop/)
  assert.equal((await croft(['database', 'purge', 'shop'])).code, 2)
  assert.equal((await croft(['database', 'purge', 'shop', '-y'])).code, 0)
  assert.equal(calls.at(-1)?.method, 'DELETE')
})
