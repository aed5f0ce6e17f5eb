import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { createPlatform } from '../../../test/platform.ts'
import { newId } from '../../platform/ids/index.ts'
import { imageOf } from '../catalogue/index.ts'
import { CHECKS } from './check-content.ts'
import { requireTemplate, seedTemplates } from './index.ts'
import { SAMPLES } from './samples.ts'
import { type ResourcesContent, TEMPLATE_KINDS } from './template.ts'

const ALL = { sort: 'created_at', descending: false, limit: 1000, after: null }
const { dataServiceId } = imageOf('postgres', '')
const resources: ResourcesContent = {
  ...{ cpuRequest: '500m', cpuLimit: '0.5', memoryRequest: '1Gi', memoryLimit: '1Gi', storageRequest: '5G' },
}

test('every sample is one that could be made', () => {
  for (const { dataServiceId, content } of SAMPLES.configuration) CHECKS.configuration(dataServiceId, content)
  for (const { dataServiceId, content } of SAMPLES.resources) CHECKS.resources(dataServiceId, content)
  for (const { dataServiceId, content } of SAMPLES.storage) CHECKS.storage(dataServiceId, content)
  assert.deepEqual(
    [SAMPLES.configuration.length, SAMPLES.resources.length, SAMPLES.storage.length],
    [3, 6, 2],
  )
})

test('a workspace gets the samples once, and keeps what it made of them', async (t) => {
  const { db, domain, system, workspaces } = await createPlatform(t)
  const workspaceId = workspaces[0].id
  const made = await domain.templates.createTemplate(system, {
    ...{ workspaceId, kind: 'resources', name: 'Small', dataServiceId, content: resources },
  })
  const list = async (kind: (typeof TEMPLATE_KINDS)[number]) =>
    (await domain.templates.listTemplates(system, { workspaceId, kind }, ALL)).items
  await Promise.all(TEMPLATE_KINDS.map(list))
  const seeded = await list('resources')
  assert.equal(seeded.length, 6)
  assert.deepEqual(seeded.find(({ id }) => id === made.id)?.content, resources)
  for (const { id, kind } of await list('storage'))
    await domain.templates.deleteTemplate(system, { kind, id })
  await seedTemplates(db, workspaceId)
  assert.deepEqual(await list('storage'), [])
  const events = await db.selectFrom('events').select('id').where('action', '=', 'templates.seeded').execute()
  assert.equal(events.length, 1)
})

test('what no deployment could have is refused, with what would be right', async (t) => {
  const { domain, system, workspaces } = await createPlatform(t)
  const of = { workspaceId: workspaces[0].id, name: 'one' }
  const item = (key: string, value: string) => ({ key, value, deployTime: false })
  const refuses = async (made: Promise<unknown>, ...paths: string[]) =>
    assert.rejects(made, (error: Error & { fields?: readonly { path: string }[] }) => {
      assert.deepEqual(
        error.fields?.map(({ path }) => path),
        paths,
      )
      return 'code' in error && error.code === 'not-applicable'
    })
  const { templates } = domain
  const items = [item('work_mem', 'much'), item('data_directory', '/'), item('work_mem', '8MB'), item('', '')]
  await refuses(
    templates.createTemplate(system, { ...of, kind: 'configuration', dataServiceId, content: { items } }),
    ...['/configItems/0', '/configItems/1', '/configItems/2', '/configItems/3'],
  )
  for (const [changes, ...paths] of [
    [{ cpuRequest: '501m' }, '/cpuRequest'],
    [{ memoryLimit: '1073741823' }, '/memoryRequest'],
    [{ storageRequest: '5 GB', cpuLimit: '0' }, '/cpuLimit', '/storageRequest'],
  ] as const) {
    const content = { ...resources, ...changes }
    await refuses(
      templates.createTemplate(system, { ...of, kind: 'resources', dataServiceId, content }),
      ...paths,
    )
  }
  const wrong = { fs: 'ntfs', fg: false, repl: 4, provisioner: 'mine', secure: true }
  await refuses(
    templates.createTemplate(system, { ...of, kind: 'storage', dataServiceId: null, content: wrong }),
    ...['/fs', '/provisioner', '/repl', '/secure'],
  )
  await refuses(
    templates.createTemplate(system, {
      ...of,
      kind: 'resources',
      dataServiceId: newId(),
      content: resources,
    }),
    '/dataServiceId',
  )
})

test('settings of data services without an engine, and values that are given at deployment, are not judged', async (t) => {
  const { domain, system, workspaces } = await createPlatform(t)
  const workspaceId = workspaces[0].id
  const { items } = await domain.catalogue.listDataServices(system, { name: 'Cassandra' }, ALL)
  const heap = { key: 'MAX_HEAP_SIZE', value: '1G', deployTime: false }
  const late = { key: 'work_mem', value: '', deployTime: true }
  for (const [of, item] of [
    [items[0]?.id ?? '', heap],
    [dataServiceId, late],
  ] as const) {
    const made = await domain.templates.createTemplate(system, {
      ...{ workspaceId, kind: 'configuration', name: 'late', dataServiceId: of, content: { items: [item] } },
    })
    assert.deepEqual(made.content.items, [item])
  }
})

test('names are unique for a data service, and changes leave out what is not given', async (t) => {
  const { domain, system, workspaces } = await createPlatform(t)
  const [{ id: workspaceId }, { id: elsewhere }] = workspaces
  const wish = { workspaceId, kind: 'resources', name: ' one ', dataServiceId, content: resources } as const
  const first = await domain.templates.createTemplate(system, wish)
  assert.equal(first.name, 'one')
  await assert.rejects(domain.templates.createTemplate(system, wish), { code: 'name-taken' })
  await domain.templates.createTemplate(system, {
    ...wish,
    dataServiceId: imageOf('redis', '').dataServiceId,
  })
  await domain.templates.createTemplate(system, { ...wish, workspaceId: elsewhere })
  const second = await domain.templates.createTemplate(system, { ...wish, name: 'two' })
  const which = { kind: 'resources', id: second.id } as const
  await assert.rejects(domain.templates.updateTemplate(system, which, { name: 'one', content: {} }), {
    code: 'name-taken',
  })
  const changed = await domain.templates.updateTemplate(system, which, {
    content: { storageRequest: '9Gi', cpuLimit: undefined },
  })
  assert.deepEqual([changed.name, changed.content], ['two', { ...resources, storageRequest: '9Gi' }])
  assert.ok(changed.updatedAt > second.updatedAt)
  await assert.rejects(domain.templates.updateTemplate(system, which, { content: { cpuLimit: '1m' } }), {
    code: 'not-applicable',
  })
  await domain.templates.deleteTemplate(system, { kind: 'resources', id: first.id })
  await domain.templates.updateTemplate(system, which, { name: 'one', content: {} })
})

test('a deployment takes templates of its own workspace and of the right kind', async (t) => {
  const { db, domain, system, workspaces } = await createPlatform(t)
  const [{ id: workspaceId }, { id: elsewhere }] = workspaces
  const wish = { workspaceId, kind: 'resources', name: 'one', dataServiceId, content: resources } as const
  const { id } = await domain.templates.createTemplate(system, wish)
  assert.deepEqual((await requireTemplate(db, { workspaceId, kind: 'resources', id })).content, resources)
  for (const which of [
    { workspaceId: elsewhere, kind: 'resources', id },
    { workspaceId, kind: 'storage', id },
    { workspaceId, kind: 'resources', id: newId() },
  ] as const) {
    await assert.rejects(requireTemplate(db, which), { code: 'not-applicable' })
  }
})

test('readers read, those of other workspaces know of nothing', async (t) => {
  const platform = await createPlatform(t)
  const { domain, system, workspaces } = platform
  const [{ id: workspaceId }, { id: elsewhere }] = workspaces
  const user = (email: string, id: string) =>
    createTestUser(platform, email, 'workspace-reader', { type: 'workspace', id })
  const reader = (await user('reader@example.com', workspaceId)).call
  const stranger = (await user('stranger@example.com', elsewhere)).call
  const wish = { workspaceId, kind: 'resources', name: 'one', dataServiceId, content: resources } as const
  const { id } = await domain.templates.createTemplate(system, wish)
  const which = { kind: 'resources', id } as const
  assert.equal((await domain.templates.getTemplate(reader, which)).name, 'one')
  await assert.rejects(domain.templates.createTemplate(reader, wish), { code: 'forbidden' })
  await assert.rejects(domain.templates.updateTemplate(reader, which, { content: {} }), { code: 'forbidden' })
  await assert.rejects(domain.templates.deleteTemplate(reader, which), { code: 'forbidden' })
  await assert.rejects(domain.templates.getTemplate(stranger, which), { code: 'template-not-found' })
  await assert.rejects(domain.templates.deleteTemplate(stranger, which), { code: 'template-not-found' })
  await assert.rejects(domain.templates.listTemplates(stranger, { workspaceId, kind: 'storage' }, ALL), {
    code: 'workspace-not-found',
  })
  const again = { ...system, resourceId: newId() }
  const made = await domain.templates.createTemplate(again, { ...wish, name: 'again' })
  assert.equal((await domain.templates.createTemplate(again, { ...wish, name: 'again' })).id, made.id)
})
