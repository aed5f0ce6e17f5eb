import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { addressBytes } from './address-bytes.ts'
import { certifiedHosts, ensureCertificates } from './certificate-authority.ts'
import { issueAuthority, issueServerCertificate } from './issue-certificate.ts'

const log = pino({ level: 'silent' })
const DAY_MS = 86_400_000

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'croft-tls-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('the first start makes an authority and a certificate that it vouches for', async (t) => {
  const directory = directoryOf(t)
  const pair = await ensureCertificates({
    directory,
    hostNames: ['db.example.com', '10.1.2.3', '0.0.0.0'],
    log,
  })
  const server = new X509Certificate(pair.cert)
  const authority = new X509Certificate(readFileSync(join(directory, 'ca.crt')))
  assert.ok(authority.ca && !server.ca)
  assert.ok(server.checkIssued(authority) && server.verify(authority.publicKey))
  assert.ok(authority.checkIssued(authority))
  for (const host of ['localhost', 'db.example.com']) assert.equal(server.checkHost(host), host)
  for (const address of ['127.0.0.1', '::1', '10.1.2.3']) assert.equal(server.checkIP(address), address)
  assert.equal(server.checkHost('example.com'), undefined)
  assert.deepEqual(readdirSync(directory).sort(), ['ca.crt', 'ca.key', 'server.crt', 'server.key'])
  for (const key of ['ca.key', 'server.key']) assert.equal(statSync(join(directory, key)).mode & 0o777, 0o600)
})

test('a certificate is kept until it is near its end or lacks a name; its authority stays', async (t) => {
  const directory = directoryOf(t)
  const now = new Date()
  const first = await ensureCertificates({ directory, hostNames: [], log, now })
  const authority = readFileSync(join(directory, 'ca.crt'), 'utf8')
  assert.deepEqual(await ensureCertificates({ directory, hostNames: [], log, now }), first)
  const later = new Date(now.getTime() + 334 * DAY_MS)
  assert.deepEqual(await ensureCertificates({ directory, hostNames: [], log, now: later }), first)
  const nearEnd = new Date(now.getTime() + 336 * DAY_MS)
  const renewed = await ensureCertificates({ directory, hostNames: [], log, now: nearEnd })
  assert.notEqual(renewed.cert, first.cert)
  const named = await ensureCertificates({ directory, hostNames: ['new.example.com'], log, now: nearEnd })
  assert.notEqual(named.cert, renewed.cert)
  assert.equal(readFileSync(join(directory, 'ca.crt'), 'utf8'), authority)
})

test('what a crash or a hand has damaged is made anew', async (t) => {
  for (const file of ['ca.crt', 'ca.key', 'server.crt', 'server.key']) {
    for (const content of ['', 'nonsense', undefined]) {
      const directory = directoryOf(t)
      await ensureCertificates({ directory, hostNames: [], log })
      if (content === undefined) rmSync(join(directory, file))
      else writeFileSync(join(directory, file), content)
      const pair = await ensureCertificates({ directory, hostNames: [], log })
      const authority = new X509Certificate(readFileSync(join(directory, 'ca.crt')))
      assert.ok(new X509Certificate(pair.cert).verify(authority.publicKey))
    }
  }
})

test('certificates are well formed whatever their names and however long the list', async () => {
  const authority = await issueAuthority(new Date())
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6())
  await fc.assert(
    fc.asyncProperty(fc.array(host, { minLength: 1, maxLength: 40 }), async (hosts) => {
      const { cert } = await issueServerCertificate(authority, hosts, new Date())
      const names = new X509Certificate(cert).subjectAltName?.split(', ') ?? []
      assert.equal(names.length, hosts.length)
    }),
    { numRuns: 40 },
  )
})

test('dates from 2050 on are written in their own form', async () => {
  const { cert } = await issueAuthority(new Date('2049-06-01T00:00:00Z'))
  const { validFromDate, validToDate } = new X509Certificate(cert)
  assert.equal(validFromDate.getUTCFullYear(), 2049)
  assert.equal(validToDate.getUTCFullYear(), 2059)
})

test('addresses have their bytes in every notation', () => {
  assert.equal(addressBytes('10.0.0.255').toString('hex'), '0a0000ff')
  assert.equal(addressBytes('::').toString('hex'), '0'.repeat(32))
  assert.equal(addressBytes('2001:db8::1').toString('hex'), '20010db8000000000000000000000001')
  assert.equal(addressBytes('::ffff:1.2.3.4').toString('hex'), '00000000000000000000ffff01020304')
  fc.assert(fc.property(fc.ipV6(), (address) => assert.equal(addressBytes(address).length, 16)))
})

test('only what can be dialled is certified, once', () => {
  const hosts = certifiedHosts(['LOCALHOST', '[::1]', '0.0.0.0', '::', 'a b', '*.db.example.com', 'x..y', ''])
  assert.equal(new Set(hosts).size, hosts.length)
  assert.ok(hosts.includes('*.db.example.com'))
  for (const wrong of ['0.0.0.0', '::', 'a b', 'x..y', '']) assert.ok(!hosts.includes(wrong), wrong)
})
