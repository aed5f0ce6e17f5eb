import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestHost } from '../../../test/host-fixture.ts'
import { hasApt, parseInstallation } from './apt.ts'
import { createDebianPrograms } from './debian-programs.ts'
import type { PackageSet } from './package-set.ts'

/** Programs that only a test has. */
const set: PackageSet = {
  name: 'sample',
  title: 'Sample',
  packages: ['sample-server'],
  programs: ['sample-server', 'sample-check'],
  supported: /^[12]\.\d+$/,
  usualVersion: '1.0',
}

async function setUp(t: TestContext) {
  const host = await makeTestHost()
  t.after(host.remove)
  const enginesDirectory = join(host.root, 'engines')
  await mkdir(enginesDirectory)
  const put = async (exact: string, said: string, programs: readonly string[] = set.programs) => {
    const directory = join(enginesDirectory, `sample-${exact}`, 'root', 'usr', 'bin')
    await mkdir(directory, { recursive: true })
    for (const name of programs) {
      const path = join(directory, name)
      await writeFile(path, `#!/bin/sh\necho "${said}"\necho asked >>"$0.asked"\n`)
      await chmod(path, 0o755)
    }
    return directory
  }
  return {
    host,
    enginesDirectory,
    put,
    programs: createDebianPrograms({ set, enginesDirectory, runAs: null }),
  }
}

test('lines of a simulated installation are read, whatever else apt says', () => {
  assert.deepEqual(
    [
      'Inst libaio1 (0.3.113-4 Debian:12.11/stable [amd64])',
      'Inst mysql-common (5.8+1.1.0 Debian:12.11/stable [all])',
      'Inst libssl3 [3.0.15-1] (3.0.16-1~deb12u1 Debian:12.11/stable, Debian-Security:12 [amd64]) []',
      'Inst libc6:i386 (2.36-9 Debian:12.11/stable [i386])',
      'Conf libaio1 (0.3.113-4 Debian:12.11/stable [amd64])',
      'Remv mysql-server [8.0]',
      'The following NEW packages will be installed:',
    ].flatMap(parseInstallation),
    [
      { name: 'libaio1', version: '0.3.113-4', architecture: 'amd64' },
      { name: 'mysql-common', version: '5.8+1.1.0', architecture: 'all' },
      { name: 'libssl3', version: '3.0.16-1~deb12u1', architecture: 'amd64' },
      { name: 'libc6', version: '2.36-9', architecture: 'i386' },
    ],
  )
})

test('what is not here is told with what to do', async (t) => {
  const { programs } = await setUp(t)
  const [only, ...rest] = await programs.versions()
  assert.deepEqual(rest, [])
  assert.deepEqual(
    { ...only, reason: undefined },
    { engine: 'sample', version: '1.0', installed: false, reason: undefined },
  )
  assert.match(only?.reason ?? '', (await hasApt()) ? /croft engine install sample/ : /install it so that/)
  await assert.rejects(programs.find('1.0'), /Sample is not/)
})

test('the newest release of each version serves, and half an installation none', async (t) => {
  const { programs, put } = await setUp(t)
  await put('1.0.9', 'sample v=1.0.9')
  await put('1.0.10', 'sample v=1.0.10')
  await put('1.1.0', 'sample v=1.1.0', ['sample-server'])
  await put('3.0.0', 'sample v=3.0.0')
  assert.deepEqual(await programs.versions(), [{ engine: 'sample', version: '1.0', installed: true }])
  const found = await programs.find('1.0')
  assert.equal(found.exact, '1.0.10')
  assert.match(found.path('sample-check'), /sample-1\.0\.10\/root\/usr\/bin\/sample-check$/)
  await assert.rejects(programs.find('1.1'), /Sample 1\.1 is not installed on this host, which has 1\.0/)
  await assert.rejects(programs.find('3.0'), /There is no Sample 3\.0 that Croft can work with/)
})

test('the default version is the one that is here', async (t) => {
  const { programs, put } = await setUp(t)
  assert.equal(programs.defaultVersion, '1.0')
  await put('2.3.1', 'sample v=2.3.1')
  await programs.versions()
  assert.equal(programs.defaultVersion, '2.3')
})

test('a program is asked for its version once, and again when it has changed', async (t) => {
  const { programs, put } = await setUp(t)
  const directory = await put('1.0.9', 'sample v=1.0.9')
  const asked = async () => (await readdir(directory)).filter((name) => name.endsWith('.asked')).length
  await programs.versions()
  assert.equal(await asked(), 1)
  await writeFile(join(directory, 'sample-server.asked'), '')
  await programs.versions()
  await programs.find('1.0')
  const { size } = await import('node:fs/promises').then(({ stat }) =>
    stat(join(directory, 'sample-server.asked')),
  )
  assert.equal(size, 0)
  await put('1.0.9', 'sample v=1.2.0')
  await utimes(join(directory, 'sample-server'), 1, 1)
  assert.equal((await programs.versions())[0]?.version, '1.2')
})

test('a package that nobody has is refused with what apt says, and nothing is left', async (t) => {
  if (!(await hasApt())) return t.skip('this system has no apt-get')
  const { programs, enginesDirectory } = await setUp(t)
  const lines: string[] = []
  await assert.rejects(
    programs.install(null, (line) => lines.push(line)),
    /Unable to locate package sample-server/,
  )
  assert.ok(lines.some((line) => line.includes('Installing Sample')))
  assert.deepEqual(await readdir(enginesDirectory), [])
})

test('two installs at one time both end well, and what a killed one left goes', async (t) => {
  if (!(await hasApt())) return t.skip('this system has no apt-get')
  const { host, enginesDirectory } = await setUp(t)
  const real: PackageSet = {
    ...set,
    name: 'redis',
    title: 'Redis',
    packages: ['redis-server'],
    programs: ['redis-server', 'redis-check-aof'],
    supported: /^\d+\.\d+$/,
  }
  const left = join(enginesDirectory, 'install-redis-left')
  await mkdir(left)
  await symlink('/nowhere', join(left, 'link'))
  await utimes(left, 1, 1)
  const programs = createDebianPrograms({ set: real, enginesDirectory, runAs: host.runAs })
  const [system] = await programs.versions()
  if (system?.installed) return t.skip('this system has a Redis of its own')
  await Promise.all([programs.install(null, () => {}), programs.install(null, () => {})])
  const [only, ...rest] = await programs.versions()
  assert.equal(only?.installed, true)
  assert.deepEqual(rest, [])
  assert.ok((await readdir(enginesDirectory)).every((name) => /^redis-[\d.]+$/.test(name)))
})
