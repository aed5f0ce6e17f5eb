import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findRunAs } from './run-as.ts'
import { writeOwnedFile } from './write-owned-file.ts'

test('a planted link is replaced and its target left alone', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'croft-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const [target, link] = [join(directory, 'target'), join(directory, 'link')]
  await writeFile(target, 'precious')
  await symlink(target, link)
  const runAs = await findRunAs(undefined)
  await writeOwnedFile(link, 'new', runAs)
  assert.equal(await readFile(target, 'utf8'), 'precious')
  assert.equal(await readFile(link, 'utf8'), 'new')
  const { mode, uid } = await stat(link)
  assert.equal(mode & 0o777, 0o600)
  assert.equal(uid, runAs?.uid ?? process.getuid?.())
  assert.deepEqual((await readdir(directory)).sort(), ['link', 'target'])
})
