import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, readdir, readlink, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeTestHost } from '../../../test/host-fixture.ts'
import { asUser } from '../../host/run-as.ts'
import { reachablePackage } from './binaries.ts'
import { packageName } from './versions.ts'

const bundled = dirname(dirname(fileURLToPath(import.meta.resolve(packageName))))

test('binaries out of the servers’ user’s reach are copied once, with their links, and run', async (t) => {
  const host = await makeTestHost()
  t.after(host.remove)
  const home = join(host.root, 'private home')
  await mkdir(home)
  await chmod(home, 0o700)
  const hidden = join(home, 'package')
  await cp(bundled, hidden, { recursive: true, verbatimSymlinks: true })
  // npm may have held back the install script that makes the links.
  const libraries = join(hidden, 'native', 'lib')
  for (const entry of await readdir(libraries, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await rm(join(libraries, entry.name))
  }
  const engines = join(host.root, 'engines')
  const found = await reachablePackage(hidden, engines, host.runAs)
  if (host.runAs) assert.equal(dirname(found), engines)
  else assert.equal(found, hidden)
  assert.equal(await reachablePackage(hidden, engines, host.runAs), found)
  assert.ok(
    await readlink(join(found, 'native', 'lib', 'libpq.so.5')).catch(() => process.platform === 'darwin'),
  )
  const postgres = join(found, 'native', 'bin', 'postgres')
  const options = { cwd: '/', ...asUser(host.runAs), env: {} }
  const { stdout } = await promisify(execFile)(postgres, ['--version'], options)
  assert.match(stdout, /PostgreSQL/)
})
