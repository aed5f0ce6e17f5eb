import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkWanted, locationOf } from './location-of.ts'

const amazon = (endpoint: string) => ({ type: 's3', accessKey: 'AK', endpoint }) as const
const other = (endpoint: string) => ({ type: 's3-compatible', accessKey: 'AK', endpoint }) as const
const where = (location: object) => {
  const found = Object.entries(location).filter(([name]) => name === 'endpoint' || name === 'pathStyle')
  return Object.fromEntries(found)
}

test('Amazon’s own endpoint is that of the region; another stays', () => {
  const wanted = { bucket: 'b', region: 'eu-west-1' }
  const regional = { endpoint: 'https://s3.eu-west-1.amazonaws.com', pathStyle: false }
  for (const endpoint of ['', 's3.amazonaws.com', 'https://s3.amazonaws.com/']) {
    assert.deepEqual(where(locationOf(amazon(endpoint), wanted)), regional)
  }
  const china = 'https://s3.cn-north-1.amazonaws.com.cn'
  assert.deepEqual(where(locationOf(amazon(china), wanted)), { endpoint: china, pathStyle: false })
  const dotted = locationOf(amazon(''), { ...wanted, bucket: 'b.c' })
  assert.deepEqual(where(dotted), { ...regional, pathStyle: true })
})

test('other stores are at their endpoint, by https unless it says otherwise', () => {
  const wanted = { bucket: 'b', region: '' }
  assert.deepEqual(where(locationOf(other('minio:9000'), wanted)), {
    ...{ endpoint: 'https://minio:9000', pathStyle: true },
  })
  assert.deepEqual(where(locationOf(other('http://minio:9000'), wanted)).endpoint, 'http://minio:9000')
  const azure = locationOf({ type: 'azure', accountName: 'acc' }, wanted)
  assert.deepEqual(where(azure), { endpoint: 'https://acc.blob.core.windows.net' })
  const google = locationOf({ type: 'google', projectId: 'p' }, wanted)
  assert.deepEqual(where(google), { endpoint: 'https://storage.googleapis.com' })
})

test('a directory is a bucket below the path of the endpoint, and never beside it', () => {
  assert.deepEqual(locationOf(other('file:///srv/my%20backups/'), { bucket: 'team', region: '' }), {
    ...{ type: 'directory', path: '/srv/my backups/team' },
  })
  for (const bucket of ['..', '.', '.hidden', 'a/b', '']) {
    assert.throws(() => locationOf(other('file:///srv'), { bucket, region: '' }), { code: 'not-applicable' })
  }
  for (const endpoint of ['file://host/srv', 'file:///srv/%zz']) {
    assert.throws(() => locationOf(other(endpoint), { bucket: 'a', region: '' }), { code: 'not-applicable' })
  }
})

test('a region is Amazon’s alone, and a bucket is always needed', () => {
  checkWanted('s3', { bucket: 'b', region: 'eu-west-1' })
  checkWanted('azure', { bucket: 'b', region: '' })
  for (const [type, bucket, region] of [
    ['s3', 'b', ''],
    ['s3', '', 'eu-west-1'],
    ['azure', 'b', 'eu-west-1'],
    ['google', ' ', ''],
    ['s3-compatible', 'a b', ''],
  ] as const) {
    assert.throws(() => checkWanted(type, { bucket, region }), { code: 'not-applicable' })
  }
})
