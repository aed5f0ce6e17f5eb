import assert from 'node:assert/strict'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { asAgent } from '../../test/archive-fixture.ts'
import { damagePage } from '../../test/damage.ts'
import { makeTestHost, quiet, type TestHost } from '../../test/host-fixture.ts'
import type { Engine } from '../engines/engine.ts'
import { createEngines } from '../engines/registry.ts'
import { createSlots, type Slots } from '../instances/slots.ts'
import { verifyBackup } from './verify-backup.ts'

let host: TestHost
let engine: Engine
let slots: Slots
let copy: Buffer
const task = {
  ...{
    id: 't',
    kind: 'verify-backup' as const,
    backupId: 'b1',
    key: 'i1/b1',
    engine: 'postgres',
    version: '18',
  },
  target: { type: 'directory' as const, path: null },
}

before(async () => {
  host = await makeTestHost()
  const found = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet }).get('postgres')
  assert.ok(found)
  engine = found
  await mkdir(join(host.root, 'run'), { mode: 0o711 })
  slots = createSlots(join(host.root, 'data'), join(host.root, 'run'))
  const directory = join(host.root, 'source')
  await engine.initialize('18', directory)
  const runtimeDirectory = await host.socketDirectory()
  const resources = { size: 'nano', memoryMb: 256, settings: {} }
  const server = await engine.start({ version: '18', directory, runtimeDirectory, resources, log: quiet })
  const agent = await asAgent(server, 'postgres')
  await agent.query('create table things as select g as id from generate_series(1, 20000) g')
  await agent.end()
  copy = await buffer((await server.stream(new AbortController().signal)).data)
  await server.stop('immediate')
})
after(() => host?.remove())

const verify = (
  data: Buffer,
  options: { signal?: AbortSignal; onStart?(directory: string): Promise<void>; onVerify?(): void } = {},
) =>
  verifyBackup(task, {
    host: {
      ...{ slots, log: quiet },
      engine: () => ({
        ...engine,
        async start(start) {
          await options.onStart?.(start.directory)
          const server = await engine.start(start)
          return {
            ...server,
            verify: async (signal) => {
              const checking = server.verify?.(signal)
              options.onVerify?.()
              return checking ?? assert.fail('the engine checks nothing')
            },
          }
        },
      }),
      openBackup: async () => ({ data: Readable.from([data]), sizeBytes: data.length }),
      openStore: () => assert.fail('a backup is checked without its archive'),
      flushArchive: () => assert.fail('a backup is checked without its archive'),
      chainEnd: () => assert.fail('a backup is checked without its archive'),
    },
    signal: options.signal ?? new AbortController().signal,
    onProgress() {},
  })

async function assertNothingLeft(): Promise<void> {
  assert.deepEqual(await readdir(join(host.root, 'data')), [])
  assert.deepEqual(await readdir(join(host.root, 'run')), [])
}

test('a whole backup passes, and nothing of the check stays', async () => {
  const found = await verify(copy)
  assert.equal(found.databases, 4)
  assert.ok(found.relations > 800 && found.sizeBytes > 20_000_000 && found.durationMs > 0)
  await assertNothingLeft()
})

test('a damaged one fails with what is damaged, and nothing stays', async () => {
  const damaged = verify(copy, {
    async onStart(directory) {
      // pg_class, before the server reads it.
      await damagePage(directory, 'base/5/1259', 0)
    },
  })
  await assert.rejects(damaged, (error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error)
    assert.ok(['data-corrupt', 'server-start-failed'].includes(String(error.code)), `${error.code}`)
    return true
  })
  await assertNothingLeft()
  await assert.rejects(verify(copy.subarray(0, 1_000_000)), { code: 'backup-corrupt' })
  await assertNothingLeft()
})

test('a check that is cut short leaves nothing', async () => {
  const abort = new AbortController()
  const onVerify = () => abort.abort(new Error('enough'))
  await assert.rejects(verify(copy, { signal: abort.signal, onVerify }), /enough/)
  await assertNothingLeft()
})
