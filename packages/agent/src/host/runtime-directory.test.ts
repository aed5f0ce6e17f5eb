import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AgentFault } from '../fault.ts'
import { findRunAs } from './run-as.ts'
import { makeSocketDirectory, runtimeDirectory } from './runtime-directory.ts'

const runAs = await findRunAs(undefined)

async function temporaryDirectory(t: TestContext): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'croft-')))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

test('it is the same for the same data directory, private, and short enough for sockets', async (t) => {
  const dataDirectory = await temporaryDirectory(t)
  const base = await runtimeDirectory({ dataDirectory, runAs })
  t.after(() => rm(base, { recursive: true, force: true }))
  assert.equal(await runtimeDirectory({ dataDirectory, runAs }), base)
  const sockets = await makeSocketDirectory(base, 'i-1', runAs)
  const { mode, uid } = await stat(sockets)
  assert.equal(mode & 0o777, 0o700)
  assert.equal(uid, runAs?.uid ?? process.getuid?.())
  assert.ok(Buffer.byteLength(join(sockets, '.s.PGSQL.5432')) <= 103)
  const other = await runtimeDirectory({ dataDirectory: await temporaryDirectory(t), runAs })
  t.after(() => rm(other, { recursive: true, force: true }))
  assert.notEqual(basename(other), basename(base))
})

test('a temporary directory that is too deep or out of reach is passed over', async (t) => {
  const dataDirectory = await temporaryDirectory(t)
  const deep = join(dataDirectory, 'x'.repeat(90))
  await mkdir(deep)
  const base = await runtimeDirectory({ dataDirectory, runAs, temporary: deep })
  t.after(() => rm(base, { recursive: true, force: true }))
  assert.equal(dirname(base), await realpath('/tmp'))
})

test('what somebody else has put there is not used', async (t) => {
  const dataDirectory = await temporaryDirectory(t)
  const base = await runtimeDirectory({ dataDirectory, runAs })
  await rm(base, { recursive: true })
  await symlink(dataDirectory, base)
  t.after(() => rm(base, { force: true }))
  await assert.rejects(runtimeDirectory({ dataDirectory, runAs }), AgentFault)
})
