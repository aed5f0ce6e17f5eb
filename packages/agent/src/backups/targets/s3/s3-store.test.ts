import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, afterEach, before, test } from 'node:test'
import { type S3Fixture, startS3 } from '../../../../test/s3-fixture.ts'
import { isAway } from '../away.ts'
import { createS3Store } from './s3-store.ts'
import type { S3Target } from './s3-target.ts'

const signal = new AbortController().signal
let s3: S3Fixture

before(async () => {
  s3 = await startS3(['--page-size', '20', '--region', 'eu-test-1'])
})
after(() => s3?.stop())
afterEach(async () => {
  await s3.faults({
    outage: false,
    fail: 0,
    cutUploads: 0,
    cutDownloads: 0,
    operation: '',
    clockMs: 0,
    batches: true,
  })
})

const store = (change: Partial<S3Target> = {}, attempts?: number) =>
  createS3Store({ ...s3.target, ...change }, attempts === undefined ? {} : { attempts })
const piece = (text: string) => Readable.from([Buffer.from(text)])
const large = (bytes: number) => {
  const content = randomBytes(bytes)
  const cut: Buffer[] = []
  for (let at = 0; at < bytes; at += 700_001) cut.push(content.subarray(at, at + 700_001))
  return { content, stream: () => Readable.from(cut) }
}

for (const [style, change] of [
  ['path', {}],
  ['virtual-host', { pathStyle: false }],
  ['prefix', { prefix: 'team/a' }],
] as const) {
  test(`${style}: what is put is listed, got, replaced and removed`, async () => {
    const endpoint = 'pathStyle' in change ? { endpoint: `http://localhost:${s3.port}` } : {}
    const own = store({ ...change, ...endpoint })
    const content = randomBytes(1_500_000)
    const { bytes, sha256 } = await own.put('i1/b1/data', Readable.from([content]), signal)
    assert.equal(bytes, content.length)
    assert.match(sha256, /^[0-9a-f]{64}$/)
    assert.deepEqual(await buffer(await own.get('i1/b1/data', signal)), content)
    await own.put('i1/b1/data', piece('new'), signal)
    await own.put('i1/b2/data', Readable.from([]), signal)
    await own.put('i10/b2/data', piece('other'), signal)
    assert.deepEqual(await own.list('i1'), [
      { key: 'i1/b1/data', bytes: 3 },
      { key: 'i1/b2/data', bytes: 0 },
    ])
    assert.deepEqual(await buffer(await own.get('i1/b2/data', signal)), Buffer.alloc(0))
    assert.deepEqual(await own.list('i1/b2/data'), [{ key: 'i1/b2/data', bytes: 0 }])
    await own.remove('i1')
    await own.remove('i1')
    assert.deepEqual(await own.list(''), [{ key: 'i10/b2/data', bytes: 5 }])
    await assert.rejects(own.get('i1/b1/data', signal), { code: 'backup-missing' })
    await own.probe()
    await own.remove('i10')
    assert.deepEqual(await own.list(''), [])
  })
}

test('a target that may not be inside a private network is not reached there, by address or by name', async () => {
  for (const endpoint of [
    `http://127.0.0.1:${s3.port}`,
    `http://localhost:${s3.port}`,
    `http://[::1]:${s3.port}`,
  ]) {
    const { counts } = await s3.faults()
    const refused = store({ endpoint, allowPrivate: false }).put('i/x', piece('a'), signal)
    await assert.rejects(refused, { code: 'target-unreachable', message: /inside a private network/ })
    assert.deepEqual((await s3.faults()).counts, counts)
  }
})

test('one prefix does not see or remove another’s', async () => {
  await store({ prefix: 'a' }).put('i/x', piece('a'), signal)
  await store({ prefix: 'ab' }).put('i/x', piece('ab'), signal)
  await store().put('i/x', piece('none'), signal)
  await store({ prefix: 'a' }).remove('i')
  assert.deepEqual(await store({ prefix: 'a' }).list(''), [])
  assert.equal((await store({ prefix: 'ab' }).list('')).length, 1)
  await store().removeObjects?.(['ab/i/x', 'i/x', 'not/there'])
  assert.deepEqual(await store().list(''), [])
})

test('lists go over many pages, and so does a removal, with requests for batches or without', async () => {
  const own = store()
  for (const batches of [true, false]) {
    await s3.faults({ batches })
    const keys = Array.from({ length: 53 }, (_, n) => `many/${n}/${n}`)
    await Promise.all(keys.map((key) => own.put(key, piece('x'), signal)))
    assert.deepEqual(
      (await own.list('many')).map(({ key }) => key),
      keys.toSorted((a, b) => (a < b ? -1 : 1)),
    )
    await own.remove('many')
    assert.deepEqual(await own.list(''), [])
  }
})

test('a large stream goes in parts of one size, and none stay when it breaks', async () => {
  const own = store()
  const { content, stream } = large(40_000_000)
  await own.put('i/large', stream(), signal)
  assert.ok((await buffer(await own.get('i/large', signal))).equals(content))
  const { counts } = await s3.faults()
  assert.deepEqual(
    [counts.parts['i/large#1'], counts.parts['i/large#3'], counts.parts['i/large#4']],
    [1, 1, undefined],
  )

  const exact = large(16 * 1024 * 1024)
  await own.put('i/exact', exact.stream(), signal)
  assert.ok((await buffer(await own.get('i/exact', signal))).equals(exact.content))
  const broken = Readable.from(
    (async function* () {
      yield content.subarray(0, 33_000_000)
      throw new Error('the source broke')
    })(),
  )
  await assert.rejects(own.put('i/broken', broken, signal), /the source broke/)
  const abort = new AbortController()
  const endless = new Readable({
    read() {
      endless.push(content.subarray(0, 1_000_000))
      if (Math.random() < 0.05) abort.abort(new Error('enough'))
    },
  })
  await assert.rejects(own.put('i/endless', endless, abort.signal), /enough/)
  await assert.rejects(own.put('i/endless', Readable.from([]), abort.signal), /enough/)
  const before = (await s3.faults()).counts.requests.AbortMultipartUpload ?? 0
  await own.remove('i')
  assert.equal(
    (await s3.faults()).counts.requests.AbortMultipartUpload ?? 0,
    before,
    'nothing was left to abort',
  )
})

test('requests that fail, uploads and answers that break are repeated', async () => {
  const own = store()
  const { content, stream } = large(20_000_000)
  await s3.faults({ fail: 2 })
  await own.put('i/small', piece('small'), signal)
  await s3.faults({ cutUploads: 2, cutAfterBytes: 3_000_000 })
  await own.put('i/large', stream(), signal)
  await s3.faults({ cutDownloads: 4, cutAfterBytes: 4_000_000 })
  assert.ok((await buffer(await own.get('i/large', signal))).equals(content))
  assert.equal((await s3.faults()).faults.cutDownloads, 0)
  await own.remove('i')
})

test('a body that goes on breaking is given up; an object that changed is not mixed with the old one', async () => {
  const own = store({}, 2)
  const { stream } = large(20_000_000)
  await own.put('i/x', stream(), signal)
  const reading = await own.get('i/x', signal)
  await new Promise((resolve) => reading.once('readable', resolve))
  await own.put('i/x', large(20_000_000).stream(), signal)
  await s3.faults({ cutDownloads: 1, cutAfterBytes: 5_000_000 })
  const second = await own.get('i/x', signal)
  await own.put('i/x', stream(), signal)
  await assert.rejects(buffer(second), { code: 'backup-missing' })
  reading.destroy()

  const third = await own.get('i/x', signal)
  await new Promise((resolve) => third.once('readable', resolve))
  third.destroy()
  await s3.faults({ cutDownloads: 100, cutAfterBytes: 0 })
  await assert.rejects((async () => buffer(await own.get('i/x', signal)))(), (error) => isAway(error))
  await s3.faults({ cutDownloads: 0 })
  await own.remove('i')
})

test('an aborted get ends with its reason', async () => {
  const own = store()
  await own.put('i/x', large(10_000_000).stream(), signal)
  const abort = new AbortController()
  const data = await own.get('i/x', abort.signal)
  abort.abort(new Error('enough'))
  await assert.rejects(buffer(data), /enough/)
  await assert.rejects(own.get('i/x', abort.signal), /enough/)
  await own.remove('i')
})

test('what is wrong is told in words, without secrets, and whether it may pass', async (t) => {
  const free = createServer()
  free.listen(0, '127.0.0.1')
  await new Promise((resolve) => free.once('listening', resolve))
  const address = free.address()
  const port = typeof address === 'object' ? address?.port : 0
  await new Promise((resolve) => free.close(resolve))
  const page = createServer((_, response) => response.writeHead(200).end('<html><p>Hello</html>'))
  t.after(() => page.close())
  page.listen(0, '127.0.0.1')
  await new Promise((resolve) => page.once('listening', resolve))
  const other = page.address()
  const pagePort = typeof other === 'object' ? other?.port : 0

  const secretAccessKey = 'another+secret'
  const wrong: [Partial<S3Target>, RegExp, boolean][] = [
    [{ accessKeyId: 'NOBODY' }, /does not know the access key id/, false],
    [{ secretAccessKey }, /secret access key does not belong/, false],
    [{ bucket: 'none' }, /no bucket "none"/, false],
    [{ region: 'us-east-1' }, /is in the region eu-test-1, not in us-east-1/, false],
    [{ endpoint: `http://127.0.0.1:${port}` }, /refuses connections/, true],
    [{ endpoint: 'http://s3.invalid' }, /was not found/, true],
    [{ endpoint: `https://127.0.0.1:${s3.port}` }, /encrypted connection/, false],
    [{ endpoint: `http://127.0.0.1:${pagePort}` }, /does not answer as an S3 service/, false],
  ]
  for (const [change, words, away] of wrong) {
    const own = store(change, 2)
    const put = () => own.put('i/x', Readable.from([Buffer.from('x')]), signal)
    for (const ask of [() => own.list('i'), () => put().then(() => own.list('i'))]) {
      await assert.rejects(ask(), (error) => {
        assert.ok(error instanceof Error)
        assert.match(error.message, words)
        assert.equal(Reflect.get(error, 'code'), 'target-unreachable')
        assert.equal(isAway(error), away, error.message)
        assert.doesNotMatch(
          `${error.message} ${error.stack} ${String(error.cause)}`,
          /another\+secret|test\+secret/,
        )
        return true
      })
    }
  }

  for (const [fault, words, code] of [
    [{ failStatus: 403, failCode: 'AccessDenied' }, /not allowed/, 'target-unreachable'],
    [{ failStatus: 507, failCode: 'XMinioStorageFull' }, /is full/, 'disk-full'],
    [{ failStatus: 500, failCode: 'InternalError' }, /a fault of its own/, 'target-unreachable'],
  ] as const) {
    await s3.faults({ fail: 2, ...fault })
    await assert.rejects(store({}, 2).list('i'), { code, message: words })
    await s3.faults({ fail: 0, failStatus: 503, failCode: 'SlowDown' })
  }
  await s3.faults({ outage: true })
  await assert.rejects(store({}, 2).list('i'), (error) => isAway(error))
})

test('a clock that differs from the service’s is allowed for', async () => {
  await s3.faults({ clockMs: 3 * 3_600_000 })
  const own = store({}, 2)
  await own.put('i/x', piece('x'), signal)
  assert.equal((await own.list('i')).length, 1)
  await own.remove('i')
})

test('keys that are none are refused, and foreign objects passed over', async () => {
  const own = store()
  for (const key of ['../secret', '/etc/passwd', '', 'a//b', 'a/', '.hidden', 'a\0b', 'a\\b']) {
    await assert.rejects(own.put(key, Readable.from([]), signal), /not a key/, key)
    await assert.rejects(own.get(key, signal), /not a key/, key)
    await assert.rejects(own.remove(key), /not a key/, key)
  }
})
