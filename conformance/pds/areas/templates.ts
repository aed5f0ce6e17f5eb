import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { newUser, type Pds } from '../pds.ts'
import { dataServiceOf } from './catalogue.ts'

type Body = Readonly<Record<string, unknown>>
interface Template extends Body {
  readonly id: string
  readonly name: string
  readonly created_at: string
  readonly updated_at: string
}
interface Page {
  readonly data: readonly Template[]
  readonly pagination?: { readonly continuation: string }
}

interface Kind {
  readonly path: string
  readonly sample: string
  readonly seeded: readonly string[]
  /** A body that is right, without name and data service. */
  readonly body: Body
  readonly changes: Body
  readonly ofDataService: boolean
  /** What no deployment could have, and a field that the answer names. */
  readonly unfit: readonly (readonly [Body, string])[]
  /** What is not of the right type. */
  readonly malformed: readonly Body[]
}

const QUANTITIES = {
  ...{ cpu_request: '500m', cpu_limit: '1', memory_request: '1G', memory_limit: '1Gi' },
  storage_request: '5Gi',
}
const item = (key: string, value: string, deploy_time = false) => ({ key, value, deploy_time })

const KINDS: readonly Kind[] = [
  {
    path: 'application-configuration-templates',
    sample: 'application-configuration',
    seeded: ['Default', 'Default', 'Default'],
    body: { config_items: [item('work_mem', '16MB'), item('statement_timeout', '', true)] },
    changes: { config_items: [item('work_mem', '32MB')] },
    ofDataService: true,
    unfit: [
      [{ config_items: [item('no_such_setting', '1')] }, 'no_such_setting'],
      [{ config_items: [item('work_mem', 'plenty')] }, 'work_mem'],
      [{ config_items: [item('work_mem', '8MB'), item('work_mem', '9MB')] }, '/config_items/1'],
      [{ config_items: [item('', '1')] }, '/config_items/0'],
    ],
    malformed: [{ config_items: 'work_mem' }, { config_items: [{ value: '1' }] }],
  },
  {
    path: 'resource-settings-templates',
    sample: 'resource-settings',
    seeded: ['Medium', 'Medium', 'Medium', 'Small', 'Small', 'Small'],
    body: QUANTITIES,
    changes: { ...QUANTITIES, storage_request: '10Gi' },
    ofDataService: true,
    unfit: [
      [{ ...QUANTITIES, cpu_request: '1001m' }, '/cpu_request'],
      [{ ...QUANTITIES, memory_request: '1025Mi' }, '/memory_request'],
      [{ ...QUANTITIES, storage_request: '5GB' }, '/storage_request'],
      [{ ...QUANTITIES, cpu_limit: '-1' }, '/cpu_limit'],
    ],
    malformed: [{ ...QUANTITIES, cpu_limit: 1 }],
  },
  {
    path: 'storage-options-templates',
    sample: 'storage-options',
    seeded: ['Default', 'Volume replication (best-effort spread)'],
    body: { fs: 'ext4', fg: true, repl: 3, provisioner: 'pxd.portworx.com', secure: false },
    changes: { repl: 1 },
    ofDataService: false,
    unfit: [
      [{ fs: 'ntfs' }, '/fs'],
      [{ repl: 4 }, '/repl'],
      [{ repl: 0 }, '/repl'],
      [{ provisioner: 'aws' }, '/provisioner'],
      [{ secure: true }, '/secure'],
    ],
    malformed: [{ repl: 'two' }, { fg: 'no' }],
  },
]

export function templatesTests(pds: Pds): void {
  const { owner, tenantId, accountId } = pds.first
  let dataServiceId = ''
  before(async () => {
    dataServiceId = (await dataServiceOf(owner, 'PostgreSQL')).id
  })

  for (const kind of KINDS) {
    const all = `/api/tenants/${tenantId}/${kind.path}`
    const one = (id: string) => `/api/${kind.path}/${id}`
    const wish = (name: string = randomUUID(), body: Body = kind.body): Body => ({
      ...body,
      ...(kind.ofDataService ? { data_service_id: dataServiceId } : {}),
      name,
    })
    const make = () => owner.ok<Template>(201, 'POST', all, wish())
    const list = async (query = '') => (await owner.ok<Page>(200, 'GET', `${all}?${query}`)).data

    test(`${kind.path}: a new tenant has copies of the samples`, async () => {
      const samples = await owner.ok<Page>(200, 'GET', `/api/default-templates/${kind.sample}`)
      const { owner: other, tenantId: elsewhere } = pds.other
      const seeded = await other.ok<Page>(200, 'GET', `/api/tenants/${elsewhere}/${kind.path}?sort_by=name`)
      const names = (page: Page) => page.data.map(({ name }) => name)
      assert.deepEqual(names(seeded), kind.seeded)
      assert.deepEqual(names(samples).sort(), kind.seeded)
      await pds.nobody.refused(401, 'GET', `/api/default-templates/${kind.sample}`)
    })

    test(`${kind.path}: made, read, changed and deleted`, async () => {
      const given = wish()
      const made = await owner.ok<Template>(201, 'POST', all, given)
      const { id, created_at, updated_at, ...rest } = made
      assert.deepEqual(rest, { ...given, tenant_id: tenantId, account_id: accountId })
      assert.deepEqual([created_at, /\.\d{6}Z$/.test(created_at)], [updated_at, true])
      assert.deepEqual(await owner.ok(200, 'GET', one(id)), made)
      const name = randomUUID()
      const changed = await owner.ok<Template>(200, 'PUT', one(id), { ...kind.changes, name })
      assert.deepEqual({ ...changed, updated_at }, { ...made, ...kind.changes, name })
      assert.ok(changed.updated_at > updated_at)
      // What is left out stays; the data service is for ever.
      const kept = await owner.ok<Template>(200, 'PUT', one(id), { data_service_id: randomUUID() })
      assert.deepEqual({ ...kept, updated_at: '' }, { ...changed, updated_at: '' })
      assert.equal(await owner.ok(204, 'DELETE', one(id)), null)
      await owner.refused(404, 'GET', one(id))
      await owner.refused(404, 'DELETE', one(id))
      await owner.refused(404, 'PUT', one(id), { name })
    })

    test(`${kind.path}: listed, filtered and paged`, async () => {
      const [first, second] = [await make(), await make()]
      const ids = (found: readonly Template[]) => found.map(({ id }) => id)
      assert.deepEqual(ids(await list('sort_by=-created_at')).slice(0, 2), [second.id, first.id])
      assert.deepEqual(ids(await list()).slice(-2), [first.id, second.id])
      assert.deepEqual(await list(`name=${first.name}`), [first])
      assert.deepEqual(await list(`id=${second.id}`), [second])
      assert.deepEqual(await list(`id=${second.id}&name=${first.name}`), [])
      const whole = ids(await list('sort_by=id'))
      assert.deepEqual(whole, whole.toSorted())
      const page = await owner.ok<Page>(200, 'GET', `${all}?sort_by=id&limit=2`)
      assert.deepEqual(ids(page.data), whole.slice(0, 2))
      const rest = `sort_by=id&continuation=${page.pagination?.continuation}`
      assert.deepEqual(ids(await list(rest)), whole.slice(2))
      if (kind.ofDataService) {
        const found = await list(`data_service_id=${dataServiceId}`)
        assert.ok(ids(found).includes(first.id) && found.length < whole.length)
      } else {
        const by = 'provisioner=pxd.portworx.com'
        assert.ok((await list(by)).every((each) => each.provisioner === 'pxd.portworx.com'))
        assert.deepEqual(ids(await list(`${by}%2Cauto&sort_by=id`)), whole)
      }
    })

    test(`${kind.path}: names are taken once`, async () => {
      const [first, second] = [await make(), await make()]
      await owner.refused(409, 'POST', all, wish(first.name))
      await owner.refused(409, 'PUT', one(second.id), { name: first.name })
      if (kind.ofDataService) {
        const { id } = await dataServiceOf(owner, 'Cassandra')
        await owner.ok(201, 'POST', all, { ...wish(first.name), data_service_id: id })
      }
      const { owner: other, tenantId: elsewhere } = pds.other
      await other.ok(201, 'POST', `/api/tenants/${elsewhere}/${kind.path}`, wish(first.name))
      await owner.ok(204, 'DELETE', one(first.id))
      await owner.ok(201, 'POST', all, wish(first.name))
    })

    test(`${kind.path}: what is wrong is refused with what would be right`, async () => {
      const { id } = await make()
      for (const [body, field] of kind.unfit) {
        const { details = '' } = await owner.refused(422, 'POST', all, wish(randomUUID(), body))
        assert.ok(details.includes(field), `${details} does not name ${field}`)
        await owner.refused(422, 'PUT', one(id), body)
      }
      for (const body of kind.malformed) {
        await owner.refused(400, 'POST', all, wish(randomUUID(), body))
        await owner.refused(400, 'PUT', one(id), body)
      }
      for (const name of ['', '   ', 'x'.repeat(256), 'a\0', 'a\ud800']) {
        await owner.refused(400, 'POST', all, wish(name))
        await owner.refused(400, 'PUT', one(id), { name })
      }
      const { name: _name, ...nameless } = wish()
      await owner.refused(400, 'POST', all, nameless)
      if (kind.ofDataService) {
        await owner.refused(422, 'POST', all, { ...wish(), data_service_id: randomUUID() })
        await owner.refused(400, 'POST', all, { ...wish(), data_service_id: 'postgres' })
      }
      const token = Buffer.from(JSON.stringify(['created_at', 'some day', id])).toString('base64url')
      for (const query of [
        'sort_by=color',
        'limit=0',
        'continuation=x',
        `continuation=${token}`,
        'id=1',
        'name=%00',
      ]) {
        await owner.refused(400, 'GET', `${all}?${query}`)
      }
      await owner.refused(400, 'POST', all, '{')
    })

    test(`${kind.path}: for those of the tenant only, and changed by its administrators`, async () => {
      const { id } = await make()
      const { owner: stranger } = pds.other
      const reader = await newUser(pds.croft, {
        role: 'organization-reader',
        type: 'organization',
        id: accountId,
      })
      const body = wish()
      await reader.ok(200, 'GET', all)
      await reader.ok(200, 'GET', one(id))
      for (const [method, path, sent] of [
        ['GET', all],
        ['POST', all, body],
        ['GET', one(id)],
        ['PUT', one(id), kind.changes],
        ['DELETE', one(id)],
      ] as const) {
        await pds.nobody.refused(401, method, path, sent)
        await stranger.refused(404, method, path, sent)
        if (method !== 'GET') await reader.refused(403, method, path, sent)
        for (const [unknown, status] of [
          [randomUUID(), 404],
          ['no-uuid', 400],
        ] as const) {
          await owner.refused(status, method, path.replace(path === all ? tenantId : id, unknown), sent)
        }
      }
      // Of another kind it is not.
      const others = KINDS.filter(({ path }) => path !== kind.path)
      for (const { path } of others) await owner.refused(404, 'GET', `/api/${path}/${id}`)
      await owner.ok(200, 'GET', one(id))
    })
  }

  test('samples are of one data service where that is asked, and the policies have schedules', async () => {
    for (const name of ['application-configuration', 'resource-settings']) {
      const path = `/api/default-templates/${name}`
      const { data } = await owner.ok<Page>(200, 'GET', `${path}?data_service_id=${dataServiceId}`)
      assert.ok(data.length > 0 && data.every((each) => each.data_service_id === dataServiceId))
      assert.deepEqual((await owner.ok<Page>(200, 'GET', `${path}?data_service_id=${randomUUID()}`)).data, [])
      await owner.refused(400, 'GET', `${path}?data_service_id=1`)
    }
    const policies = '/api/default-templates/backup-policies'
    const { data } = await owner.ok<Page>(200, 'GET', policies)
    assert.ok(
      data.length > 0 && data.every(({ schedules }) => Array.isArray(schedules) && schedules.length > 0),
    )
    await pds.nobody.refused(401, 'GET', policies)
  })
}
