import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBasicHeader } from './basic-header.ts'
import { readHyperlink, readNumber } from './hyperlinks.ts'

test('hyperlinks may be relative or absolute, whatever host they name', () => {
  for (const link of [
    '/api/plan/1/',
    'http://localhost:8000/api/plan/1/',
    'HTTPS://other.example/api/plan/1/?a=b#c',
    '/api/plan/1/?page=2',
  ]) {
    assert.equal(readHyperlink(link, 'plan'), '1', link)
  }
  assert.equal(readHyperlink('/api/engine_type/7/', 'enginetype'), '7')
  for (const link of ['/api/environment/1/', '/api/plan/']) {
    assert.deepEqual(readHyperlink(link, 'plan'), { fault: 'Incorrect URL match' }, link)
  }
  for (const link of [
    '',
    '1',
    '/api/plan/1',
    'api/plan/1/',
    '/api/planet/1/',
    '/v1/plan/1/',
    'javascript:1',
  ]) {
    assert.deepEqual(readHyperlink(link, 'plan'), { fault: 'No URL match' }, link)
  }
})

test('numbers are written one way only', () => {
  for (const [text, number] of [
    ['1', 1],
    ['1234567', 1234567],
    ['0', null],
    ['01', null],
    ['-1', null],
    ['1.5', null],
    ['x', null],
    ['', null],
    ['9'.repeat(30), null],
  ] as const) {
    assert.equal(readNumber(text), number, text)
  }
})

test('what is wrong with a Basic header is said in the original’s words', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  assert.equal(readBasicHeader(undefined), null)
  assert.equal(readBasicHeader('Bearer x'), null)
  assert.deepEqual(readBasicHeader(`basic ${encoded('a:b:c')}`), { user: 'a', password: 'b:c' })
  assert.deepEqual(readBasicHeader(`Basic ${encoded('ä:ö')}`), { user: 'ä', password: 'ö' })
  assert.deepEqual(readBasicHeader(`Basic ${Buffer.from('ä:ö', 'latin1').toString('base64')}`), {
    user: 'ä',
    password: 'ö',
  })
  assert.deepEqual(readBasicHeader(`Basic ${encoded('a')}`), { user: 'a', password: '' })
  for (const [header, fault] of [
    ['Basic', 'Invalid basic header. No credentials provided.'],
    ['Basic a b', 'Invalid basic header. Credentials string should not contain spaces.'],
    ['Basic !!!', 'Invalid basic header. Credentials not correctly base64 encoded'],
  ] as const) {
    assert.deepEqual(readBasicHeader(header), { fault })
  }
})
