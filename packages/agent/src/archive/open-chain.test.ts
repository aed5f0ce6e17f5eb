import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { createDirectoryStore } from '../backups/targets/directory.ts'
import { createArchiveShare } from './archive-share.ts'
import type { ChainManifest } from './chain.ts'
import { prepareChain } from './open-chain.ts'

const clock = { now: () => performance.now(), after: () => () => {} }

test('databases store what they began with once, and none removes it for another', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'croft-chain-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const store = createDirectoryStore(directory, { create: true })
  const stored: string[] = []
  const removed: string[] = []
  const counted: typeof store = {
    ...store,
    put(key, ...rest) {
      if (key.startsWith('templates/')) stored.push(key)
      return store.put(key, ...rest)
    },
    remove(key) {
      removed.push(key)
      return store.remove(key)
    },
  }
  const share = createArchiveShare(clock, () => counted)
  const target = { type: 'directory' as const, path: directory }
  const initial = {
    systemId: '7001',
    consistentLsn: 0x15_0000_0028n,
    sizeBytes: 5,
    open: async () => Readable.from([Buffer.from('began')]),
  }
  const prepare = (number: number) => {
    const options = { share, target: () => target, chain: chainOf(number), initial }
    return prepareChain(options, new AbortController().signal)
  }
  await Promise.all([prepare(1), prepare(2), prepare(3)])
  assert.deepEqual(stored, ['templates/7001/data.tar.zst', 'templates/7001/manifest.json'])
  assert.deepEqual(removed, ['templates/7001'])
  assert.equal((await store.list('templates')).length, 2)
})

function chainOf(number: number): ChainManifest {
  return {
    format: 1,
    instanceId: `instance-${number}`,
    chain: `e1-${number}`,
    epoch: 1,
    engine: 'postgres',
    version: '18.4',
    timeline: 1,
    segmentBytes: 16 * 1024 * 1024,
    systemId: '7001',
    startLsn: '15/28',
    startedAt: new Date(0).toISOString(),
    baseKey: 'templates/7001',
    encrypted: true,
  }
}
