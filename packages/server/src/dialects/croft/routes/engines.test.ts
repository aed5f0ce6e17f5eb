import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCroftApp } from '../../../../test/croft-app.ts'
import { connectAgent, obedient, until } from '../../../../test/scripted-agent.ts'
import { REGIONS } from '../../../domain/targets/index.ts'
import { newId } from '../../../platform/ids/index.ts'

test('databases of any installed engine are made, shown and given logins', async (t) => {
  const { db, domain, acme, call, system } = await createCroftApp(t)
  const targetId = newId()
  await db
    .insertInto('targets')
    .values({
      id: targetId,
      name: 'local',
      kind: 'host',
      regions: REGIONS.map(({ id }) => id),
      join_token_hash: Buffer.alloc(32),
    })
    .execute()
  await until(() => domain.signals.connected())
  const reason = 'redis-server is not on this host.'
  const agent = connectAgent(domain.targets, targetId, {
    behave: (wanted) => ({ ...obedient(wanted), ...(wanted.ownPort ? { port: 7500 } : {}) }),
    engines: [
      { engine: 'mariadb', version: '10.11', installed: true },
      { engine: 'redis', version: '7.0', installed: false, reason },
    ],
    gateways: [{ engine: 'mariadb', host: '127.0.0.1', port: 7433, sslmode: 'disable' }],
  })
  t.after(agent.leave)
  await until(() => agent.heard.some(({ type }) => type === 'desired'))
  const { project } = await domain.projects.createProject(system, { workspaceId: acme.id, database: false })
  const create = (body: object) =>
    call('POST', '/databases', { name: 'shop', projectId: project.id, ...body })

  const { body: listed } = await call('GET', '/engines')
  assert.deepEqual(
    listed.data.map((engine: { id: string; versions: { id: string }[] }) => ({
      ...engine,
      id: 0,
      versions: engine.versions.map((version) => ({ ...version, id: 0 })),
    })),
    [
      {
        ...{ id: 0, name: 'mariadb', title: 'MariaDB' },
        capabilities: { archive: false, namesDatabases: true },
        versions: [{ id: 0, version: '10.11', installed: true }],
      },
      {
        ...{ id: 0, name: 'redis', title: 'Redis' },
        capabilities: { archive: false, namesDatabases: false },
        versions: [{ id: 0, version: '7.0', installed: false, reason }],
      },
    ],
  )
  const { body: targets } = await call('GET', '/targets')
  assert.equal(targets.data[0].engines[1].reason, reason)
  const { body: sizes } = await call('GET', '/sizes')
  assert.equal(sizes.data[0].engines.redis.maxmemory, '67108864')

  const missing = await create({ engine: 'redis' })
  assert.deepEqual([missing.status, missing.code], [503, 'no-capacity'])
  assert.match(missing.body.detail, /Redis is not installed on the hosts of us-east-1: redis-server is not/)
  assert.match(missing.body.hint, /croft engine install redis/)
  assert.deepEqual((await create({ engine: 'oracle' })).code, 'engine-not-found')

  const made = await create({ engine: 'mariadb', databaseName: 'goods', user: 'u_goods' })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { id } = made.body
  assert.deepEqual([made.body.databaseName, made.body.port], ['goods', 7433])
  assert.equal(
    await until(async () => (await call('GET', `/databases/${id}`)).body.ownPort ?? undefined),
    7500,
  )
  const found = (await call('GET', '/databases?engine=mariadb')).body.data
  assert.deepEqual(
    found.map((each: { id: string }) => each.id),
    [id],
  )
  assert.deepEqual((await call('GET', '/databases?engine=redis')).body.data, [])

  await db.updateTable('databases').set({ state: 'ready', ready_at: new Date() }).execute()
  const second = await call('POST', `/databases/${id}/credentials`, { name: 'app', user: 'app' })
  assert.match(second.body.connectionString, /^mysql:\/\/app:sk_\w{32}@127\.0\.0\.1:7500\/goods$/)
  assert.deepEqual([second.body.role, second.body.chosen], ['app', true])
  const twice = await call('POST', `/databases/${id}/credentials`, { name: 'app', user: 'app' })
  assert.deepEqual([twice.status, twice.code, twice.body.fields[0].path], [409, 'name-taken', '/user'])
  const root = await call('POST', `/databases/${id}/credentials`, { name: 'root', user: 'root' })
  assert.deepEqual([root.status, root.body.fields[0].path], [422, '/user'])
})
