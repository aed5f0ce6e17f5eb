import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlatform } from '../../../test/platform.ts'
import { until } from '../../../test/scripted-agent.ts'
import { ANONYMOUS } from '../access/index.ts'
import { findKnown, imageOf, isCompatible } from './index.ts'

const ALL = { sort: 'created_at', descending: false, limit: 1000, after: null }

test('ids are those of every installation', () => {
  const { imageId, dataServiceId: postgres } = imageOf('postgres', '18')
  assert.equal(imageId, '74fdfd0f-2a71-830a-bcd1-12f579e7fc49')
  assert.equal(postgres, '03944f56-e260-8011-bb7e-333e4d1dc811')
  const { dataServiceId } = imageOf('mariadb', '10.11')
  assert.equal(findKnown(dataServiceId)?.name, 'MySQL')
  assert.equal(findKnown(dataServiceId.toUpperCase())?.name, 'MySQL')
  assert.throws(() => imageOf('oracle', '1'), { code: 'engine-not-found' })
})

test('before any host has told of engines everything is coming soon', async (t) => {
  const { domain, system } = await createPlatform(t)
  const { items } = await domain.catalogue.listDataServices(system, {}, ALL)
  assert.equal(items.length, 15)
  assert.ok(items.every(({ comingSoon }) => comingSoon))
  assert.deepEqual([items[0]?.name, items.at(-1)?.name], ['Cassandra', 'Neo4j'])
  const { items: images } = await domain.catalogue.listImages(system, {}, ALL)
  const versions = await domain.catalogue.listVersions(system, items[0]?.id ?? '', {}, ALL)
  assert.deepEqual(
    versions.items.map(({ name }) => name),
    ['3.0.29', '3.11.15', '4.0.10', '4.1.2'],
  )
  const one = await domain.catalogue.findImage(images.find(({ tag }) => tag === '15.3')?.id ?? '')
  assert.deepEqual(
    [one?.dataService.name, one?.version.enabled, one?.version.engineVersion],
    ['PostgreSQL', false, null],
  )
})

test('what connected hosts have installed can be ordered, by the ids that databases carry', async (t) => {
  const platform = await createPlatform(t)
  const { domain, system } = platform
  const agent = await platform.agent({
    engines: [
      { engine: 'postgres', version: '18', installed: true },
      { engine: 'postgres', version: '17', installed: false },
      { engine: 'mariadb', version: '10.11', installed: false },
    ],
  })
  const ready = async () =>
    (await domain.catalogue.listDataServices(system, { comingSoon: false }, ALL)).items
  const [postgres, ...others] = await ready()
  assert.deepEqual(
    [postgres?.name, postgres?.shortName, postgres?.nodes.simple, others],
    ['PostgreSQL', 'pg', [1], []],
  )
  const { imageId, dataServiceId } = imageOf('postgres', '18')
  assert.equal(postgres?.id, dataServiceId)
  const versions = async (id: string) =>
    (await domain.catalogue.listVersions(system, id, {}, { ...ALL, sort: 'name' })).items.map(
      ({ name, enabled, engineVersion }) => [name, enabled, engineVersion],
    )
  assert.deepEqual(await versions(dataServiceId), [
    ['17', false, '17'],
    ['18', true, '18'],
  ])
  assert.deepEqual(await versions(imageOf('mariadb', '').dataServiceId), [['10.11', false, '10.11']])
  const found = await domain.catalogue.findImage(imageId)
  assert.deepEqual(
    [found?.image.tag, found?.version.enabled, found?.dataService.id, found?.image.capabilities],
    ['18', true, dataServiceId, { pds_restore: 'v1', pds_system_users: 'v1' }],
  )
  assert.match(found?.image.build ?? '', /^[0-9a-f]{7}$/)
  assert.equal(await domain.catalogue.findImage(dataServiceId), undefined)
  agent.leave()
  await until(async () => (await ready()).length === 0)
  assert.equal((await domain.catalogue.findImage(imageId))?.version.enabled, false)
})

test('a version can become itself and newer ones of its major version', async (t) => {
  const platform = await createPlatform(t)
  const { domain, system } = platform
  await platform.agent({
    engines: ['10.11', '10.6', '11.4'].map((version) => ({ engine: 'mariadb', version, installed: true })),
  })
  const { dataServiceId } = imageOf('mariadb', '')
  const rows = await domain.catalogue.listCompatible(system, { dataServiceId })
  const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name).join(' ')
  assert.deepEqual(
    rows.map(({ version, compatible, latest, latestPatch }) => [
      ...[version.name, names(compatible), names(latest), latestPatch.name],
    ]),
    [
      ['11.4', '11.4', '11.4', '11.4'],
      ['10.11', '10.11', '10.11', '10.11'],
      ['10.6', '10.6 10.11', '10.11', '10.11'],
    ],
  )
  const [old, newer] = [rows[2]?.version, rows[1]?.version]
  assert.ok(old && newer && isCompatible(old, newer) && !isCompatible(newer, old))
  assert.equal((await domain.catalogue.listCompatible(system, { versionId: old.id })).length, 1)
  // Couchbase: patch lines 7.1 and 7.2 of one major version.
  const couchbase = await domain.catalogue.listDataServices(system, { shortName: 'cb' }, ALL)
  const of = await domain.catalogue.listCompatible(system, { dataServiceId: couchbase.items[0]?.id })
  assert.deepEqual(
    of.map(({ latest }) => names(latest)),
    ['7.2.0', '7.1.1 7.2.0'],
  )
})

test('whoever is logged in may look at it', async (t) => {
  const { domain, system } = await createPlatform(t)
  const nobody = { principal: ANONYMOUS, requestId: 'r' }
  await assert.rejects(domain.catalogue.listDataServices(nobody, {}, ALL), { code: 'forbidden' })
  const unknown = imageOf('redis', '0.0').imageId
  const asked = [
    domain.catalogue.getDataService(system, unknown),
    domain.catalogue.getVersion(system, unknown),
    domain.catalogue.getImage(system, unknown),
    domain.catalogue.listVersions(system, unknown, {}, ALL),
    domain.catalogue.listImages(system, { ofVersion: unknown }, ALL),
  ]
  await Promise.all(asked.map((each) => assert.rejects(each, { code: 'data-service-not-found' })))
})
