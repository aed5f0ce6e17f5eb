import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { quiet } from '../../test/host-fixture.ts'
import { createCgroups } from './cgroups.ts'

const place = { namespace: 'shop', slot: 'abc' }

/** A directory that takes the files of a cgroup, as far as writing goes. */
async function plainGroup(t: TestContext): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'croft-cgroup-'))
  t.after(() => rm(base, { recursive: true }))
  return base
}

test('a server’s group has its limits and its process', async (t) => {
  const base = await plainGroup(t)
  const cgroups = createCgroups(base, quiet)
  await cgroups.limit(place, process.pid, { memoryMb: 256, cpus: 0.5 })
  const said = (name: string) => readFile(join(base, 'ns-shop', 'abc', name), 'utf8')
  assert.equal(await said('memory.high'), '268435456')
  assert.equal(await said('memory.max'), '335544320')
  assert.equal(await said('cpu.max'), '50000 100000')
  assert.ok((await said('cgroup.procs')).length > 0)
  assert.equal(await readFile(join(base, 'ns-shop', 'cgroup.subtree_control'), 'utf8'), '+memory +cpu')
  await cgroups.limit(place, process.pid, { memoryMb: 256 })
  assert.equal(await said('cpu.max'), 'max 100000')
})

/** A group of the kernel's own, without controllers: enough to see processes move and groups go. */
async function kernelGroup(t: TestContext): Promise<string | undefined> {
  for (const root of ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']) {
    if (!existsSync(join(root, 'cgroup.procs'))) continue
    const base = join(root, `croft-test-${process.pid}`)
    const made = await mkdir(base).then(
      () => true,
      () => false,
    )
    if (!made) continue
    t.after(() => rmdir(base).catch(() => {}))
    return base
  }
  return undefined
}

test('empty groups go, with their namespace, and so does what a killed agent has left', async (t) => {
  const base = await kernelGroup(t)
  if (base === undefined) {
    t.skip('no cgroup can be made here')
    return
  }
  const cgroups = createCgroups(base, quiet)
  const group = join(base, 'ns-shop', 'abc')
  await mkdir(group, { recursive: true })
  const child = spawn('sleep', ['60'])
  t.after(() => child.kill('SIGKILL'))
  await cgroups.limit(place, child.pid ?? 0, { memoryMb: 256 }).catch(() => {})
  child.kill('SIGKILL')
  await once(child, 'exit')
  await cgroups.remove(place)
  assert.equal(existsSync(join(base, 'ns-shop')), false)
  await mkdir(join(base, 'ns-default', 'left'), { recursive: true })
  await cgroups.clear()
  assert.equal(existsSync(join(base, 'ns-default')), false)
})
