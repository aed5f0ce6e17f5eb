import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesRedirectUri, redirectUriFault } from './redirect-uri.ts'

const WEB = 'https://app.example.com/callback?kept=1'
const NATIVE = 'http://localhost/auth/callback'

test('loopback addresses match with any port, and nothing else of them may differ', () => {
  const registered = [NATIVE, 'http://127.0.0.1:1234/cb', 'http://[::1]/cb?x=1', 'http://localhost']
  for (const asked of [
    NATIVE,
    'http://localhost:0/auth/callback',
    'http://localhost:65535/auth/callback',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:9/cb',
    'http://[::1]:5000/cb?x=1',
    'http://localhost:80',
  ]) {
    assert.ok(matchesRedirectUri(registered, asked), asked)
  }
  for (const asked of [
    'http://localhost:65536/auth/callback',
    'http://localhost:/auth/callback',
    'http://localhost:80a/auth/callback',
    'http://localhost:1@evil.example/auth/callback',
    'http://localhost@evil.example/auth/callback',
    'http://localhost.evil.example/auth/callback',
    'http://localhost:1\\@evil.example/auth/callback',
    'http://localhost#/auth/callback',
    'http://localhost/auth/callback#fragment',
    'http://localhost/auth/callback/',
    'http://localhost/auth/../auth/callback',
    'http://localhost/auth/callback?x=1',
    'http://LOCALHOST/auth/callback',
    'https://localhost/auth/callback',
    'http://127.0.0.1/auth/callback',
    'http://127.0.0.2/cb',
    'http://2130706433/cb',
    'http://[::1]:5000/cb',
    ' http://localhost/auth/callback',
    'http://localhost/auth/callback\n',
    'javascript:alert(1)',
    '',
  ]) {
    assert.ok(!matchesRedirectUri(registered, asked), asked)
  }
})

test('an address that matches leads to a registered host and path, whatever was tried', () => {
  const piece = fc.constantFrom(
    ...[
      'http://',
      'https://',
      '//',
      'localhost',
      '127.0.0.1',
      '[::1]',
      'evil.example',
      ':',
      '@',
      '/',
      '\\',
      '#',
    ],
    ...[
      'auth/callback',
      'cb',
      '8080',
      '%2f',
      '..',
      '?',
      '.',
      '\t',
      ' ',
      'app.example.com',
      'callback?kept=1',
    ],
  )
  const asked = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  const near = fc
    .tuple(fc.constantFrom(WEB, NATIVE), fc.nat(40), fc.string({ maxLength: 4 }))
    .map(([uri, at, inserted]) => uri.slice(0, at) + inserted + uri.slice(at))
  fc.assert(
    fc.property(fc.oneof(asked, near), (uri) => {
      if (!matchesRedirectUri([WEB, NATIVE], uri) || uri === WEB) return
      const url = new URL(uri)
      assert.equal(url.protocol, 'http:')
      assert.equal(url.hostname, 'localhost')
      assert.equal(url.username + url.password, '')
      assert.equal(url.pathname + url.search + url.hash, '/auth/callback')
    }),
    { numRuns: 2000 },
  )
})

test('any port of a loopback address is accepted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65535 }), (port) =>
      matchesRedirectUri([NATIVE], `http://localhost:${port}/auth/callback`),
    ),
  )
})

test('web addresses match exactly', () => {
  assert.ok(matchesRedirectUri([WEB], WEB))
  for (const asked of ['https://app.example.com:443/callback?kept=1', `${WEB}&more=1`, WEB.toUpperCase()]) {
    assert.ok(!matchesRedirectUri([WEB], asked), asked)
  }
})

test('only addresses that can be redirected to are registered', () => {
  for (const uri of [WEB, NATIVE, 'http://intranet/cb', 'com.example.app:/cb', 'http://[::1]/cb']) {
    assert.equal(redirectUriFault(uri), null, uri)
  }
  for (const uri of [
    ...[
      '',
      'callback',
      '//host/cb',
      'javascript:alert(1)',
      'data:text/html,x',
      'myapp:/cb',
      'file:///etc/passwd',
    ],
    ...['https://user@host/cb', 'https://host/cb#x', 'https://host/cb#', 'https://host/a b', 'https:host/cb'],
    `https://host/${'x'.repeat(2000)}`,
  ]) {
    assert.notEqual(redirectUriFault(uri), null, uri)
  }
})
