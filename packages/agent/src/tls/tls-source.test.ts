import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { issueAuthority, issueServerCertificate } from './issue-certificate.ts'
import { openTls } from './tls-source.ts'

const log = pino({ level: 'silent' })

test('given files are used, and again when they have changed, but never when they are wrong', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'croft-tls-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const files = { certificate: join(directory, 'my.crt'), key: join(directory, 'my.key') }
  const options = { directory, hostNames: [], files, log }
  await assert.rejects(openTls(options), { code: 'ENOENT' })

  const authority = await issueAuthority(new Date())
  const issue = () => issueServerCertificate(authority, ['localhost'], new Date())
  const first = await issue()
  writeFileSync(files.certificate, first.cert)
  writeFileSync(files.key, (await issue()).key)
  await assert.rejects(openTls(options), /key values mismatch/)

  writeFileSync(files.key, first.key)
  const source = await openTls(options)
  t.after(() => source.close())
  assert.equal(source.caFile, undefined)
  const before = source.secureContext()
  await source.refresh()
  assert.equal(source.secureContext(), before)

  const second = await issue()
  writeFileSync(files.certificate, second.cert)
  await source.refresh()
  assert.equal(source.secureContext(), before)
  writeFileSync(files.key, second.key)
  await source.refresh()
  assert.notEqual(source.secureContext(), before)
})
