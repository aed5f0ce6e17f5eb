import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { makeScratch } from '../../test/backup-fixture.ts'
import { type S3Fixture, startS3 } from '../../test/s3-fixture.ts'
import { AgentFault } from '../fault.ts'
import { readBackup } from './read-backup.ts'
import { isAway } from './targets/away.ts'
import { createS3Store } from './targets/s3/s3-store.ts'
import type { BackupStore } from './targets/target.ts'
import { tidySpool } from './tidy-spool.ts'
import { type HeldServer, writeBackup } from './write-backup.ts'

const signal = new AbortController().signal
const request = { instanceId: 'i1', backupId: 'b1', engine: 'random' }
const expected = { engine: 'random', version: '1' }
const content = Buffer.alloc(3_000_000, 'what a database holds ')
let scratch: Awaited<ReturnType<typeof makeScratch>>
let s3: S3Fixture
let store: BackupStore
let spoolDirectory: string

before(async () => {
  scratch = await makeScratch()
  s3 = await startS3()
  store = createS3Store(s3.target, { attempts: 2 })
})
after(async () => {
  await s3?.stop()
  await scratch?.remove()
})
let tests = 0
beforeEach(() => {
  spoolDirectory = join(scratch.path, `spool-${tests++}`)
})
afterEach(async () => {
  await s3.faults({ outage: false, fail: 0, delayMs: 0 })
  await store.remove('i1')
})

function heldServer(held: { copies: number; releases: number } = { copies: 0, releases: 0 }) {
  return async (): Promise<HeldServer> => ({
    version: '1',
    server: {
      mark: async () => 'mark',
      stream: async () => {
        held.copies += 1
        return { data: Readable.from([content]), sizeBytes: content.length }
      },
    },
    release() {
      held.releases += 1
    },
  })
}
const nobody = async (): Promise<HeldServer> => assert.fail('the database was asked again')
const options = () => ({ signal, progress: () => {}, spoolDirectory })
const readBack = async () => buffer((await readBackup(store, 'i1/b1', expected, signal)).data)

test('a backup to S3 waits in the spool while it is sent, and leaves nothing there', async () => {
  const held = { copies: 0, releases: 0 }
  const seen: [number, number][] = []
  const progress = (...at: [number, number]) => void seen.push(at)
  const result = await writeBackup(heldServer(held), store, request, { ...options(), progress })
  assert.deepEqual(held, { copies: 1, releases: 1 })
  assert.deepEqual(await readBack(), content)
  assert.deepEqual(await readdir(spoolDirectory), [])
  assert.deepEqual(
    (await store.list('i1')).map(({ key }) => key),
    ['i1/b1/data.tar.zst', 'i1/b1/manifest.json'],
  )
  assert.deepEqual(seen.at(-1), [2 * content.length, 2 * content.length])
  assert.deepEqual(await writeBackup(nobody, store, request, options()), result)
})

test('a store that is away delays a backup: the database is copied and let go, and the copy sent later', async () => {
  const held = { copies: 0, releases: 0 }
  await s3.faults({ outage: true })
  const away = (error: unknown) => isAway(error) && error instanceof AgentFault
  await assert.rejects(writeBackup(heldServer(held), store, request, options()), away)
  assert.deepEqual(held, { copies: 1, releases: 1 })
  await assert.rejects(writeBackup(nobody, store, request, options()), away)
  await s3.faults({ outage: false })
  await writeBackup(nobody, store, request, options())
  assert.deepEqual(await readBack(), content)
  assert.deepEqual(await readdir(spoolDirectory), [])
})

test('a store that refuses for good fails a backup, and nothing waits', async () => {
  const stranger = createS3Store({ ...s3.target, secretAccessKey: 'wrong' }, { attempts: 2 })
  await assert.rejects(writeBackup(heldServer(), stranger, request, options()), {
    code: 'target-unreachable',
    message: /secret access key/,
  })
  await mkdir(spoolDirectory, { recursive: true })
  assert.deepEqual(await readdir(spoolDirectory), [])
})

test('a spooled copy that the disk has changed is not passed off as the backup', async () => {
  await s3.faults({ outage: true })
  await assert.rejects(writeBackup(heldServer(), store, request, options()))
  const file = join(spoolDirectory, 'i1', 'b1', 'data.tar.zst')
  await writeFile(file, 'rot')
  await s3.faults({ outage: false })
  await assert.rejects(writeBackup(nobody, store, request, options()), { code: 'backup-corrupt' })
  assert.deepEqual(await store.list('i1'), [])
  await writeBackup(heldServer(), store, request, options())
  assert.deepEqual(await readBack(), content)
})

test('what waits for a task that is gone is removed at the start', async () => {
  for (const key of ['i1/b1', 'i1/b2', 'i2/b3']) {
    await mkdir(join(spoolDirectory, key), { recursive: true })
    await writeFile(join(spoolDirectory, key, 'data.tar.zst'), 'x')
  }
  await tidySpool(spoolDirectory, new Set(['i1/b2']))
  assert.deepEqual(await readdir(spoolDirectory, { recursive: true }), ['i1', 'i1/b2', 'i1/b2/data.tar.zst'])
  await tidySpool(spoolDirectory, new Set())
  assert.deepEqual(await readdir(spoolDirectory), [])
  await tidySpool(join(spoolDirectory, 'none'), new Set())
})

test('an upload whose process was killed goes on where it was: no part is sent twice, and nothing copied again', async () => {
  await s3.faults({ delayMs: 100 })
  const wish = JSON.stringify({ target: s3.target, spoolDirectory, megabytes: 150 })
  const program = join(import.meta.dirname, '..', '..', 'test', 'upload-child.ts')
  const child = spawn(process.execPath, [program, wish], { stdio: 'inherit' })
  const exit = once(child, 'exit')
  const received = async () => {
    const { counts } = await s3.faults()
    return Object.entries(counts.parts).filter(([part]) => part.startsWith('i1/b1/'))
  }
  while ((await received()).length < 3) {
    assert.equal(child.exitCode, null, 'the upload ended before it was killed')
    await delay(10)
  }
  child.kill('SIGKILL')
  await exit
  // What was whole when the process died may not have a name yet.
  await delay(300)
  const before = await received()
  assert.ok(before.length < 10, 'the upload was not killed in its middle')
  assert.deepEqual(await store.list('i1'), [])

  await s3.faults({ delayMs: 0 })
  const { sizeBytes } = await writeBackup(nobody, store, request, options())
  assert.equal(sizeBytes, 150 * 1024 * 1024)
  const all = await received()
  assert.equal(all.length, Math.ceil(((await store.list('i1'))[0]?.bytes ?? 0) / (16 * 1024 * 1024)))
  assert.deepEqual(
    all.filter(([, times]) => times !== 1),
    [],
  )
  assert.equal((await readBack()).length, sizeBytes)
  assert.deepEqual(await readdir(spoolDirectory), [])
})
