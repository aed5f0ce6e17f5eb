import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, afterEach, before, test } from 'node:test'
import { startAzure } from '../../../../test/azure-server.ts'
import { type GoogleFixture, startGoogle } from '../../../../test/google-server.ts'
import type { StoreFixture } from '../../../../test/store-fixture.ts'
import { isAway } from '../away.ts'
import { createAzureStore } from '../azure/azure-store.ts'
import type { AzureTarget } from '../azure/azure-target.ts'
import { stringToSign } from '../azure/shared-key.ts'
import { createGoogleStore } from '../google/google-store.ts'
import type { BackupStore } from '../target.ts'

const signal = new AbortController().signal
const piece = (text: string) => Readable.from([Buffer.from(text)])
let azure: StoreFixture<AzureTarget>
let google: GoogleFixture

before(async () => {
  azure = await startAzure()
  google = await startGoogle()
})
after(() => Promise.all([azure.stop(), google.stop()]))
afterEach(() => {
  for (const { faults } of [azure, google]) Object.assign(faults, { fail: 0, cut: 0 })
})

interface Kind {
  readonly name: string
  fixture(): StoreFixture<unknown>
  store(change?: { prefix?: string; allowPrivate?: boolean; bucket?: string }, attempts?: number): BackupStore
}
const kinds: readonly Kind[] = [
  {
    name: 'azure',
    fixture: () => azure,
    store: ({ bucket = azure.target.container, ...change } = {}, attempts) =>
      createAzureStore({ ...azure.target, ...change, container: bucket }, attempts ? { attempts } : {}),
  },
  {
    name: 'google',
    fixture: () => google,
    store: ({ bucket = google.target.bucket, ...change } = {}, attempts) =>
      createGoogleStore({ ...google.target, ...change, bucket }, attempts ? { attempts } : {}),
  },
]

for (const { name, fixture, store } of kinds) {
  for (const prefix of ['', 'team/a']) {
    test(`${name}, prefix "${prefix}": what is put is listed, got, replaced and removed`, async () => {
      const own = store({ prefix })
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
      await own.remove('i1')
      await own.remove('i1')
      assert.deepEqual(await own.list(''), [{ key: 'i10/b2/data', bytes: 5 }])
      await assert.rejects(own.get('i1/b1/data', signal), { code: 'backup-missing' })
      await own.probe()
      await own.removeObjects?.(['i10/b2/data', 'not/there'])
      assert.equal(fixture().stored.size, 0)
    })
  }

  test(`${name}: a large stream goes in parts, also when one of them breaks or is refused at first`, async () => {
    const content = randomBytes(40_000_000)
    const cut = Array.from({ length: 60 }, (_, n) => content.subarray(n * 700_001, (n + 1) * 700_001))
    Object.assign(fixture().faults, { fail: 2, cut: name === 'google' ? 1 : 0 })
    assert.equal((await store().put('i/large', Readable.from(cut), signal)).bytes, content.length)
    Object.assign(fixture().faults, { cut: 2 })
    assert.ok((await buffer(await store().get('i/large', signal))).equals(content))
    assert.equal(fixture().unfinished(), 0)
    await store().remove('i')
  })

  test(`${name}: lists go over many pages, and so does a removal`, async () => {
    const keys = Array.from({ length: 23 }, (_, n) => `many/${n}/${n}`)
    await Promise.all(keys.map((key) => store().put(key, piece('x'), signal)))
    assert.deepEqual(
      (await store().list('many')).map(({ key }) => key),
      keys.toSorted((a, b) => (a < b ? -1 : 1)),
    )
    await store().remove('many')
    assert.deepEqual(await store().list(''), [])
  })

  test(`${name}: what fails is told in words, and whether it may pass`, async () => {
    const refused = store({ bucket: 'none-such' }).probe()
    await assert.rejects(refused, { code: 'target-unreachable', message: /There is no (bucket|container)/ })
    fixture().faults.fail = 100
    await assert.rejects(store({}, 2).put('i/x', piece('x'), signal), (error) => isAway(error))
    fixture().faults.fail = 0
    const before = fixture().requests.length
    const inside = store({ allowPrivate: false }).put('i/x', piece('x'), signal)
    await assert.rejects(inside, { code: 'target-unreachable' })
    assert.equal(fixture().requests.length, before)
  })

  test(`${name}: a stream that breaks or is aborted stores nothing`, async () => {
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(20_000_000)
        throw new Error('the source broke')
      })(),
    )
    await assert.rejects(store().put('i/broken', broken, signal), /the source broke/)
    await assert.rejects(store().put('i/late', piece('x'), AbortSignal.abort(new Error('enough'))), /enough/)
    assert.equal(fixture().stored.size, 0)
    // Blocks that are not committed are dropped by Azure itself.
    if (name === 'google') assert.equal(fixture().unfinished(), 0)
  })
}

test('azure: the key is checked, and what it signs is what the documentation has as its example', async () => {
  const accountKey = Buffer.from('another').toString('base64')
  await assert.rejects(createAzureStore({ ...azure.target, accountKey }).probe(), {
    message: /does not belong to the storage account "croft"/,
  })
  assert.equal(
    stringToSign('myaccount', {
      method: 'GET',
      url: new URL(
        'https://myaccount.blob.core.windows.net/mycontainer?comp=metadata&restype=container&timeout=20',
      ),
      headers: { 'x-ms-date': 'Fri, 26 Jun 2015 23:39:12 GMT', 'x-ms-version': '2015-02-21' },
      length: 0,
    }),
    'GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20',
  )
})

test('google: a token is used until it is refused, and keys that are none are told', async () => {
  const own = createGoogleStore(google.target)
  const before = google.tokens()
  await own.put('i/a', piece('a'), signal)
  await own.put('i/b', piece('b'), signal)
  assert.equal(google.tokens(), before + 1)
  google.revoke()
  await own.remove('i')
  assert.ok(google.tokens() > before + 1)

  const key: object = JSON.parse(google.target.jsonKey)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const another = privateKey.export({ type: 'pkcs8', format: 'pem' })
  for (const [jsonKey, words] of [
    ['none', /no JSON document/],
    [JSON.stringify({ ...key, client_email: '' }), /names no service account/],
    [JSON.stringify({ ...key, private_key: 'PEM' }), /no private key/],
    [JSON.stringify({ ...key, token_uri: 'file:///etc/passwd' }), /no https address/],
    [JSON.stringify({ ...key, private_key: another }), /does not take the key/],
    // The store is at a private address; its key must not lead to another one.
    [JSON.stringify({ ...key, token_uri: 'http://127.0.0.1:9/token' }), /no https address/],
  ] as const) {
    await assert.rejects(createGoogleStore({ ...google.target, jsonKey }).probe(), {
      code: 'target-unreachable',
      message: words,
    })
  }
  const outside = createGoogleStore({ ...google.target, allowPrivate: false })
  await assert.rejects(outside.probe(), { message: /no https address/ })
})
