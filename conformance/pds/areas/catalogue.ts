import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type Caller, newUser, type Pds } from '../pds.ts'

interface DataService {
  readonly id: string
  readonly name: string
  readonly short_name: string
  readonly coming_soon: boolean
  readonly has_full_backup: boolean
  readonly created_at: string
  readonly nodes_limitations: string
  readonly node_restrictions: { readonly simple_config: readonly number[] }
}
interface Version {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly data_service_id: string
}
interface Image {
  readonly id: string
  readonly tag: string
  readonly build: string
  readonly version_id: string
  readonly data_service_id: string
  readonly created_at: string
  readonly tls_available: boolean
  readonly capabilities: Readonly<Record<string, string>>
}
interface Compatible {
  readonly version_id: string
  readonly compatible: readonly { readonly id: string }[]
  readonly latest_compatible_patch: { readonly id: string }
}
interface Page<Item> {
  readonly data: readonly Item[]
  readonly pagination?: { readonly continuation: string }
}

/** The contract's data services, by what names of their deployments begin with. */
const SHORT_NAMES = [
  ...['cas', 'cb', 'con', 'crdb', 'dse', 'es', 'kf', 'mdb', 'my', 'neo', 'pg', 'red', 'rmq', 'sql', 'zk'],
]

const list = async <Item>(by: Caller, path: string): Promise<readonly Item[]> =>
  (await by.ok<Page<Item>>(200, 'GET', path)).data

/** A data service by its name. */
export async function dataServiceOf(by: Caller, name: string): Promise<DataService> {
  const [found] = await list<DataService>(by, `/api/data-services?name=${encodeURIComponent(name)}`)
  return found ?? assert.fail(`there is no data service ${name}`)
}

export function catalogueTests(pds: Pds): void {
  const { owner } = pds.first

  test('the catalogue has the data services of the contract, with what hosts can run', async () => {
    const all = await list<DataService>(owner, '/api/data-services')
    assert.deepEqual(all.map((each) => each.short_name).sort(), SHORT_NAMES)
    const postgres = await dataServiceOf(owner, 'PostgreSQL')
    assert.equal(postgres.coming_soon, false)
    assert.deepEqual(postgres.node_restrictions.simple_config, [1])
    assert.match(postgres.nodes_limitations, /One node/)
    assert.match(postgres.created_at, /\.\d{6}Z$/)
    assert.deepEqual(await owner.ok(200, 'GET', `/api/data-services/${postgres.id}`), postgres)
    assert.equal((await dataServiceOf(owner, 'Cassandra')).coming_soon, true)
  })

  test('data services are filtered, sorted and paged', async () => {
    const shortNames = async (query: string) =>
      (await list<DataService>(owner, `/api/data-services?${query}`)).map((each) => each.short_name)
    assert.deepEqual(await shortNames('sort_by=-short_name'), SHORT_NAMES.toReversed())
    assert.deepEqual(await shortNames('short_name=zk'), ['zk'])
    assert.ok((await shortNames('has_full_backup=true&coming_soon=false')).includes('pg'))
    assert.ok(!(await shortNames('has_incremental_backup=false')).includes('pg'))
    const { id } = await dataServiceOf(owner, 'Redis')
    assert.deepEqual(await shortNames(`id=${id}`), ['red'])
    assert.deepEqual(await shortNames(`id=${randomUUID()}`), [])
    const found: string[] = []
    for (let after: string | undefined = ''; after !== undefined; ) {
      const path = `/api/data-services?sort_by=name&limit=4&continuation=${after}`
      const page: Page<DataService> = await owner.ok<Page<DataService>>(200, 'GET', path)
      assert.ok(page.data.length <= 4)
      found.push(...page.data.map(({ name }) => name))
      after = page.pagination?.continuation
    }
    assert.equal(found.length, SHORT_NAMES.length)
    assert.deepEqual(found, found.toSorted())
  })

  test('versions and images lead to each other and to their data service', async () => {
    const { id } = await dataServiceOf(owner, 'PostgreSQL')
    const versions = await list<Version>(owner, `/api/data-services/${id}/versions?enabled=true`)
    const [version] = versions
    assert.ok(version)
    assert.equal(version.data_service_id, id)
    assert.deepEqual(await owner.ok(200, 'GET', `/api/versions/${version.id}`), version)
    const byName = `/api/data-services/${id}/versions?name=${version.name}&id=${version.id}`
    assert.deepEqual(await list(owner, byName), [version])
    const [image, ...others] = await list<Image>(owner, `/api/versions/${version.id}/images`)
    assert.ok(image)
    assert.deepEqual(others, [])
    assert.deepEqual([image.tag, image.version_id, image.data_service_id], [version.name, version.id, id])
    assert.match(image.build, /^[0-9a-f]{7}$/)
    assert.equal(image.tls_available, true)
    assert.equal(image.capabilities.pds_restore, 'v1')
    assert.deepEqual(await owner.ok(200, 'GET', `/api/images/${image.id}`), image)
    for (const query of [
      `version_id=${version.id}`,
      `data_service_id=${id}&version_id=${version.id}&latest=true`,
    ]) {
      assert.deepEqual(await list(owner, `/api/images?${query}`), [image])
    }
    const [cassandra] = await list<Version>(
      owner,
      `/api/data-services/${(await dataServiceOf(owner, 'Cassandra')).id}/versions`,
    )
    assert.equal(cassandra?.enabled, false)
  })

  test('images are sorted and paged, but with latest=true come all at once', async () => {
    const newest = await list<Image>(owner, '/api/images?sort_by=-created_at&limit=1000')
    const times = newest.map((image) => image.created_at)
    assert.deepEqual(times, times.toSorted().reverse())
    const first = await owner.ok<Page<Image>>(200, 'GET', '/api/images?sort_by=-created_at&limit=2')
    assert.deepEqual(first.data, newest.slice(0, 2))
    const token = first.pagination?.continuation
    // Without a limit the rest comes.
    const rest = await owner.ok<Page<Image>>(
      200,
      'GET',
      `/api/images?sort_by=-created_at&continuation=${token}`,
    )
    assert.deepEqual([rest.data, rest.pagination], [newest.slice(2), undefined])
    const latest = await owner.ok<Page<Image>>(200, 'GET', '/api/images?latest=true&limit=1&continuation=x')
    assert.equal(latest.data.length, new Set(newest.map((image) => image.version_id)).size)
    assert.equal(latest.pagination, undefined)
  })

  test('compatible versions are of one data service and contain the version itself', async () => {
    const { id } = await dataServiceOf(owner, 'Couchbase')
    const rows = await list<Compatible>(owner, `/api/compatible-versions?data_service_id=${id}`)
    assert.equal(rows.length, 2)
    for (const row of rows) {
      assert.ok(row.compatible.some((each) => each.id === row.version_id))
      assert.equal(row.latest_compatible_patch.id, row.version_id)
      assert.deepEqual(await list(owner, `/api/compatible-versions?version_id=${row.version_id}`), [row])
    }
    assert.ok((await list(owner, '/api/compatible-versions')).length > rows.length)
  })

  test('whoever is logged in may look at the catalogue, nobody else', async () => {
    const { id } = await dataServiceOf(owner, 'PostgreSQL')
    const [version] = await list<Version>(owner, `/api/data-services/${id}/versions`)
    const [image] = await list<Image>(owner, '/api/images')
    const somebody = await newUser(pds.croft)
    const paths = [
      '/api/data-services',
      `/api/data-services/${id}`,
      `/api/data-services/${id}/versions`,
    ].concat(
      [`/api/versions/${version?.id}`, `/api/versions/${version?.id}/images`, '/api/images'],
      [`/api/images/${image?.id}`, '/api/compatible-versions'],
    )
    for (const path of paths) {
      await somebody.ok(200, 'GET', path)
      await pds.nobody.refused(401, 'GET', path)
      assert.equal((await owner.send('GET', path, { token: null })).status, 401)
    }
  })

  test('what is wrong is 400, what is not there 404', async () => {
    const { id } = await dataServiceOf(owner, 'PostgreSQL')
    const none = randomUUID()
    for (const path of [
      'data-services/X',
      'data-services/X/versions',
      'versions/X',
      'versions/X/images',
      'images/X',
    ]) {
      await owner.refused(404, 'GET', `/api/${path.replace('X', none)}`)
      await owner.refused(400, 'GET', `/api/${path.replace('X', 'no-uuid')}`)
    }
    const [version] = await list<Version>(owner, `/api/data-services/${id}/versions`)
    for (const query of ['sort_by=color', 'limit=0', 'limit=many', 'continuation=x']) {
      await owner.refused(400, 'GET', `/api/data-services?${query}`)
      await owner.refused(400, 'GET', `/api/data-services/${id}/versions?${query}`)
      await owner.refused(400, 'GET', `/api/versions/${version?.id}/images?${query}`)
      await owner.refused(400, 'GET', `/api/images?${query}`)
    }
    for (const query of [
      'data-services?coming_soon=perhaps',
      'images?latest=yes-please',
      'images?version_id=1',
    ]) {
      await owner.refused(400, 'GET', `/api/${query}`)
    }
    await owner.refused(400, 'GET', '/api/compatible-versions?data_service_id=1')
  })
}
