import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionLimitOf, resourcesOf } from './resources-of.ts'

const size = {
  id: 'nano',
  memoryMb: 256,
  settings: {
    postgres: { shared_buffers: '8MB', effective_cache_size: '128MB', work_mem: '2MB' },
    mariadb: { innodb_buffer_pool_size: '16M' },
    redis: { maxmemory: '67108864' },
  },
}

test('without overrides it is the size', () => {
  assert.deepEqual(resourcesOf('redis', size, {}), {
    size: 'nano',
    memoryMb: 256,
    settings: { maxmemory: '67108864' },
  })
})

test('memory for data grows with the memory, and other settings do not', () => {
  const { memoryMb, settings } = resourcesOf('postgres', size, { memoryMb: 1024 })
  assert.equal(memoryMb, 1024)
  assert.deepEqual(settings, { shared_buffers: '32MB', effective_cache_size: '512MB', work_mem: '2MB' })
  assert.deepEqual(resourcesOf('mariadb', size, { memoryMb: 64 }).settings, {
    innodb_buffer_pool_size: '5242880',
  })
  assert.deepEqual(resourcesOf('redis', size, { memoryMb: 512 }).settings, { maxmemory: '134217728' })
})

test('a setting that was chosen stays as it is, and limits come along', () => {
  const chosen = { memoryMb: 1024, cpus: 0.5, storageBytes: 5e9, settings: { shared_buffers: '64MB' } }
  const { settings, cpus, storageBytes } = resourcesOf('postgres', size, chosen)
  assert.equal(settings.shared_buffers, '64MB')
  assert.deepEqual([cpus, storageBytes], [0.5, 5e9])
})

test('sessions of clients leave some of the server’s to others', () => {
  assert.equal(connectionLimitOf('postgres', 50, {}), 50)
  assert.equal(connectionLimitOf('postgres', 50, { settings: { max_connections: '200' } }), 190)
  assert.equal(connectionLimitOf('redis', 50, { settings: { maxclients: '200' } }), 200)
})
