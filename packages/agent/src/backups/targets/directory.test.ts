import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { makeScratch } from '../../../test/backup-fixture.ts'
import { isAway } from './away.ts'
import { createDirectoryStore } from './directory.ts'
import { faultOfDirectory } from './directory-fault.ts'
import { openTarget } from './open-target.ts'

const signal = new AbortController().signal

test('an object is stored whole with its size and checksum, and read back', async (t) => {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  const store = createDirectoryStore(join(scratch.path, 'made', 'here'), { create: true })
  const content = Buffer.alloc(3_500_000, 'croft')
  const pieces = Readable.from([
    content.subarray(0, 7),
    content.subarray(7, 2_000_000),
    content.subarray(2_000_000),
  ])
  const put = await store.put('i1/b1/data', pieces, signal)
  assert.deepEqual(put, { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') })
  assert.deepEqual(await buffer(await store.get('i1/b1/data', signal)), content)
  const file = join(scratch.path, 'made', 'here', 'i1', 'b1', 'data')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.equal((await stat(join(file, '..'))).mode & 0o777, 0o700)

  await store.put('i1/b1/data', Readable.from([Buffer.from('new')]), signal)
  await store.put('i1/b2/data', Readable.from([]), signal)
  assert.deepEqual(await store.list('i1'), [
    { key: 'i1/b1/data', bytes: 3 },
    { key: 'i1/b2/data', bytes: 0 },
  ])
  assert.deepEqual(await store.list('i1/b2/data'), [{ key: 'i1/b2/data', bytes: 0 }])
  assert.deepEqual(await store.list('i2'), [])
})

test('removing leaves nothing behind, not even empty directories, and may be repeated', async (t) => {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  const store = createDirectoryStore(scratch.path, { create: false })
  await store.put('i1/b1/data', Readable.from([Buffer.from('x')]), signal)
  await writeFile(join(scratch.path, 'i1', 'b1', '.data.of-a-crash'), 'half')
  assert.equal((await store.list('')).length, 1)
  await store.remove('i1/b1')
  await store.remove('i1/b1')
  assert.deepEqual(await readdir(scratch.path), [])
  await store.probe()
  assert.deepEqual(await readdir(scratch.path), [])
})

test('what a crash left half written goes when it is old, and nothing else', async (t) => {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  const store = createDirectoryStore(scratch.path, { create: false })
  await store.put('i1/log/piece.zst', Readable.from([Buffer.from('x')]), signal)
  const old = new Date(Date.now() - 2 * 3_600_000)
  const log = join(scratch.path, 'i1', 'log')
  for (const name of ['.piece.zst.0123456789ab', '.piece.zst.ba9876543210', '.kept']) {
    await writeFile(join(log, name), 'half')
    if (name !== '.piece.zst.ba9876543210') await utimes(join(log, name), old, old)
  }
  await utimes(join(log, 'piece.zst'), old, old)
  await store.tidy?.('i1/log')
  await store.tidy?.('i1/none')
  assert.deepEqual(await readdir(log), ['.kept', '.piece.zst.ba9876543210', 'piece.zst'])
})

test('a stream that fails or is aborted leaves nothing, and its own error is told', async (t) => {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  const store = createDirectoryStore(scratch.path, { create: false })
  const broken = Readable.from(
    (async function* () {
      yield Buffer.alloc(2_000_000)
      throw new Error('the source broke')
    })(),
  )
  await assert.rejects(store.put('i1/b1/data', broken, signal), /the source broke/)
  assert.deepEqual(await readdir(scratch.path), [])

  const abort = new AbortController()
  const endless = new Readable({
    read() {
      endless.push(Buffer.alloc(100_000))
      setTimeout(() => abort.abort(new Error('enough')), 20)
    },
  })
  await assert.rejects(store.put('i1/b1/data', endless, abort.signal), /enough/)
  assert.ok(endless.destroyed)
  await assert.rejects(store.put('i1/b1/data', Readable.from([]), abort.signal), /enough/)
  assert.deepEqual(await readdir(scratch.path), [])
})

test('keys that leave the directory or hide in it are refused', async (t) => {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  const root = join(scratch.path, 'root')
  await mkdir(root)
  await writeFile(join(scratch.path, 'secret'), 'x')
  const store = createDirectoryStore(root, { create: false })
  for (const key of [
    '../secret',
    'a/../../secret',
    '/etc/passwd',
    '',
    'a//b',
    'a/',
    '.hidden',
    'a/..',
    'a\0b',
    'a\\b',
  ]) {
    await assert.rejects(store.put(key, Readable.from([]), signal), /not a key/, key)
    await assert.rejects(store.get(key, signal), /not a key/, key)
    await assert.rejects(store.remove(key), /not a key/, key)
    if (key !== '') await assert.rejects(store.list(key), /not a key/, key)
  }
  assert.deepEqual(await readdir(scratch.path), ['root', 'secret'])
})

test('what is wrong with a directory is told by a fault', async (t) => {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  const absent = createDirectoryStore(join(scratch.path, 'not-mounted'), { create: false })
  await assert.rejects(absent.probe(), (error) => isAway(error) && /does not exist/.test(String(error)))
  await assert.rejects(absent.get('i1/b1', signal), { code: 'target-unreachable' })
  assert.deepEqual(await readdir(scratch.path), [])

  const file = join(scratch.path, 'file')
  await writeFile(file, '')
  await assert.rejects(createDirectoryStore(file, { create: false }).probe(), { code: 'target-unreachable' })
  const store = createDirectoryStore(scratch.path, { create: false })
  await assert.rejects(store.get('i1/b1', signal), { code: 'backup-missing' })
  for (const [errno, code, mayPass] of [
    ['ENOSPC', 'disk-full', false],
    ['EDQUOT', 'disk-full', false],
    ['EROFS', 'target-unreachable', true],
    ['EACCES', 'target-unreachable', false],
    ['EIO', 'target-unreachable', true],
    ['ESTALE', 'target-unreachable', true],
    ['ENOTDIR', 'target-unreachable', true],
  ] as const) {
    const fault = faultOfDirectory(Object.assign(new Error(errno), { code: errno }))
    assert.equal(Reflect.get(fault, 'code'), code)
    assert.equal(isAway(fault), mayPass, errno)
  }
  if (process.getuid?.() !== 0) {
    await chmod(scratch.path, 0o500)
    await assert.rejects(store.probe(), { code: 'target-unreachable' })
    await chmod(scratch.path, 0o700)
  }
})

test('a target names the default directory or an absolute path', async (t) => {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  assert.throws(() => openTarget({ type: 'directory', path: 'relative' }, scratch.path), {
    code: 'target-unreachable',
  })
  await openTarget({ type: 'directory', path: null }, join(scratch.path, 'made')).probe()
  await openTarget({ type: 'directory', path: scratch.path }, '/nowhere').probe()
  assert.deepEqual(await readdir(scratch.path), ['made'])
})
