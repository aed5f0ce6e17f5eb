import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testEngines } from '../../test/engines-directory.ts'
import { isRunning, makeTestHost, quiet, type TestHost } from '../../test/host-fixture.ts'
import { AgentFault } from '../fault.ts'
import type { Engine, Server } from './engine.ts'
import { mariadbFixture } from './mariadb/contract-fixture.ts'
import { postgresFixture } from './postgres/contract-fixture.ts'
import { redisFixture } from './redis/contract-fixture.ts'
import { createEngines } from './registry.ts'

const enginesDirectory = testEngines()

/** Versions beside the default one cost a download: `TEST_POSTGRES_VERSIONS=18,17,16` tests them too. */
const fixtures = [
  postgresFixture((process.env.TEST_POSTGRES_VERSIONS ?? '18').split(',')),
  redisFixture(['7.0']),
  mariadbFixture(['10.11']),
]

const never = new AbortController().signal
const isFault = (code: string) => (error: unknown) => error instanceof AgentFault && error.code === code

for (const fixture of fixtures) {
  for (const version of fixture.versions) {
    describe(`${fixture.name} ${version} keeps the contract of engines`, () => {
      let host: TestHost
      let engine: Engine
      let others: readonly Engine[]
      let slots = 0
      const started = new Set<Server>()

      const directoryOf = (slot: number) => join(host.root, 'data', String(slot))
      const start = async (directory: string, resources = fixture.resources) => {
        const runtimeDirectory = await host.socketDirectory()
        const server = await engine.start({ version, directory, runtimeDirectory, resources, log: quiet })
        started.add(server)
        void server.exited.then(() => started.delete(server))
        return server
      }
      const fresh = async () => {
        const directory = directoryOf(slots++)
        await engine.initialize(version, directory)
        return { directory, server: await start(directory) }
      }

      before(async () => {
        host = await makeTestHost()
        const engines = createEngines({
          storageRoot: host.root,
          enginesDirectory,
          runAs: host.runAs,
          log: quiet,
        })
        const found = engines.get(fixture.name)
        assert.ok(found, 'it is in the registry')
        engine = found
        others = [...engines.values()].filter((other) => other !== engine)
        await engine.install(version, () => {})
      })
      after(async () => {
        await Promise.all([...started].map((server) => server.stop('immediate')))
        await host.remove()
      })

      test('the default version is a known one, and what was installed is', async () => {
        const versions = await engine.versions()
        assert.ok(versions.some((known) => known.version === engine.defaultVersion))
        assert.equal(versions.find((known) => known.version === version)?.installed, true)
        assert.ok(versions.every((known) => known.engine === engine.name))
      })

      test('an unknown version is refused by name', async () => {
        await assert.rejects(engine.initialize('0', directoryOf(slots++)), isFault('engine-not-installed'))
        await assert.rejects(
          engine.install('0', () => {}),
          isFault('engine-not-installed'),
        )
      })

      test('a half-made directory is made anew', async () => {
        const directory = directoryOf(slots++)
        for (const half of [directory, `${directory}.partial`]) {
          await mkdir(half)
          await writeFile(join(half, 'rubbish'), 'x')
        }
        await engine.initialize(version, directory)
        assert.ok(!(await readdir(directory)).includes('rubbish'))
        assert.ok(!(await readdir(join(host.root, 'data'))).some((name) => name.endsWith('.partial')))
        const server = await start(directory)
        await server.stop('fast')
      })

      test('settings that no size may choose are refused', async () => {
        const directory = directoryOf(slots++)
        await engine.initialize(version, directory)
        await assert.rejects(start(directory, fixture.refused), isFault('server-start-failed'))
      })

      test('a host without memory ends a server rather than its agent', {
        skip: process.platform !== 'linux',
      }, async () => {
        const { server } = await fresh()
        const score = async (pid: number | 'self') => Number(await readFile(`/proc/${pid}/oom_score_adj`))
        assert.ok((await score(server.pid)) > (await score('self')) || (await score('self')) === 1000)
        await server.stop('fast')
      })

      test('a directory without data does not start', async () => {
        const directory = directoryOf(slots++)
        await mkdir(directory)
        await assert.rejects(start(directory), isFault('server-start-failed'))
      })

      test('data outlives stops of both kinds and a killed server', async () => {
        const { directory, server: first } = await fresh()
        await first.applyRoles([fixture.role('keeper', 'secret')], 10)
        let server = first
        const ways = [
          () => server.stop('fast'),
          () => server.stop('immediate'),
          async () => {
            process.kill(server.pid, 'SIGKILL')
          },
        ]
        for (const [index, end] of ways.entries()) {
          const session = await fixture.connect(server.endpoint, 'keeper', 'secret')
          await session.write(`before end ${index}`)
          await end()
          const exit = await server.exited
          assert.ok('code' in exit && 'signal' in exit)
          await session.ended
          await assert.rejects(server.activity(), isFault('server-crashed'))
          await assert.rejects(server.applyRoles([], 10), isFault('server-crashed'))
          await server.stop('fast')
          server = await start(directory)
          const again = await fixture.connect(server.endpoint, 'keeper', 'secret')
          assert.equal((await again.read()).length, index + 1)
          await again.close()
        }
        await server.stop('fast')
      })

      test('login roles become exactly the wanted ones', async () => {
        const { server } = await fresh()
        const ada = fixture.role('ada', 'one')
        const bob = fixture.role('bob', 'two')
        await server.applyRoles([ada, bob], 10)
        const sessions = {
          ada: await fixture.connect(server.endpoint, 'ada', 'one'),
          bob: await fixture.connect(server.endpoint, 'bob', 'two'),
        }
        await assert.rejects(fixture.connect(server.endpoint, 'ada', 'two'))
        await sessions.bob.write('made by bob')

        await server.applyRoles([bob, ada], 20)
        assert.deepEqual(await sessions.ada.read(), ['made by bob'], 'repeating it disturbs nobody')

        const changed = fixture.role('ada', 'three')
        await server.applyRoles([changed, bob], 10)
        await sessions.ada.ended
        await assert.rejects(fixture.connect(server.endpoint, 'ada', 'one'))
        const rotated = await fixture.connect(server.endpoint, 'ada', 'three')
        assert.equal((await sessions.bob.read()).length, 1, 'another role keeps its session')

        await server.applyRoles([changed], 10)
        await sessions.bob.ended
        assert.deepEqual(await rotated.read(), ['made by bob'], 'who is wanted as before keeps his')
        await rotated.close()
        await assert.rejects(fixture.connect(server.endpoint, 'bob', 'two'))
        const last = await fixture.connect(server.endpoint, 'ada', 'three')
        assert.deepEqual(await last.read(), ['made by bob'], 'what a role made outlives it')
        await last.close()
        await server.stop('fast')
      })

      test('activity tells idle sessions from busy ones', async () => {
        const { server } = await fresh()
        await server.applyRoles([fixture.role('ada', 'one')], 10)
        assert.deepEqual(await server.activity(), { sessions: 0, busy: 0 })
        const idle = await fixture.connect(server.endpoint, 'ada', 'one')
        const busy = await fixture.connect(server.endpoint, 'ada', 'one')
        await busy.beBusy()
        assert.deepEqual(await server.activity(), { sessions: 2, busy: 1 })
        await Promise.all([idle.close(), busy.close()])
        await server.stop('fast')
      })

      test('usage counts what clients do, and the mark changes when they write', async () => {
        const { server } = await fresh()
        await server.applyRoles([fixture.role('ada', 'one')], 10)
        const session = await fixture.connect(server.endpoint, 'ada', 'one')
        const [mark, usage] = [await server.mark(), await server.usage()]
        assert.ok(usage.sizeBytes > 0)
        assert.deepEqual(await server.usage(), usage, 'looking is no use')
        await session.read()
        assert.equal(await server.mark(), mark, 'reading leaves no mark')
        const read = await server.usage()
        assert.ok(read.statements > usage.statements)
        await session.write('x')
        assert.notEqual(await server.mark(), mark)
        assert.ok((await server.usage()).statements > read.statements)
        await session.close()
        await server.stop('fast')
      })

      test('a write that was under way when the mark was read changes it when it is done', async () => {
        const { server } = await fresh()
        await server.applyRoles([fixture.role('ada', 'one')], 10)
        const slow = await fixture.connect(server.endpoint, 'ada', 'one')
        const quick = await fixture.connect(server.endpoint, 'ada', 'one')
        await quick.write('first')
        const commit = await slow.writeLater('slow')
        await quick.write('quick')
        const mark = await server.mark()
        await commit()
        assert.notEqual(await server.mark(), mark)
        await Promise.all([slow.close(), quick.close()])
        await server.stop('fast')
      })

      test('a copy of a running server is a server of its own', async () => {
        if (!engine.capabilities.physicalCopy) return
        const { server: source } = await fresh()
        await source.applyRoles([fixture.role('ada', 'one')], 10)
        const session = await fixture.connect(source.endpoint, 'ada', 'one')
        await session.write('before')
        const directory = directoryOf(slots++)
        await mkdir(directory)
        const { data, sizeBytes } = await source.stream(never)
        assert.ok(sizeBytes > 0)
        await engine.restore(version, data, directory, never)
        await session.write('after')

        const copy = await start(directory)
        await copy.applyRoles([fixture.role('eve', 'three')], 10)
        await assert.rejects(fixture.connect(copy.endpoint, 'ada', 'one'), 'roles of the source are gone')
        const other = await fixture.connect(copy.endpoint, 'eve', 'three')
        assert.deepEqual(await other.read(), ['before'])
        assert.notEqual(await copy.mark(), await source.mark())
        await Promise.all([other.close(), session.close()])
        await Promise.all([copy.stop('fast'), source.stop('fast')])
      })

      test('a copy that is broken off leaves nothing', async () => {
        if (!engine.capabilities.physicalCopy) return
        const { server } = await fresh()
        const directory = directoryOf(slots++)
        const abort = new AbortController()
        const { data } = await server.stream(abort.signal)
        const restored = engine.restore(version, data, directory, abort.signal)
        abort.abort()
        await assert.rejects(restored)
        assert.ok(
          !(await readdir(join(host.root, 'data'))).some((name) => name.startsWith(String(slots - 1))),
        )
        await server.stop('fast')
      })

      test('the server of a killed agent is reaped', async () => {
        const directory = directoryOf(slots++)
        await engine.initialize(version, directory)
        assert.equal(await engine.reap(directory), false)
        const program = fileURLToPath(new URL('../../test/orphan.ts', import.meta.url))
        const task = { storageRoot: host.root, enginesDirectory, engine: fixture.name, version, directory }
        const runtimeDirectory = await host.socketDirectory()
        const options = JSON.stringify({ ...task, runtimeDirectory, resources: fixture.resources })
        const parent = spawn(process.execPath, [program, options], { stdio: ['ignore', 'pipe', 'inherit'] })
        const [said] = await Promise.race([once(parent.stdout, 'data'), once(parent, 'exit')])
        assert.ok(said instanceof Buffer, 'it says a process id and does not end')
        const pid = Number(said)
        assert.equal(await isRunning(pid), true)
        parent.kill('SIGKILL')
        await once(parent, 'exit')
        assert.equal(await isRunning(pid), true, 'it outlives its parent')
        // An agent that starts does not know whose a directory is, and asks them all.
        for (const other of others) assert.equal(await other.reap(directory), false, other.name)
        assert.equal(await engine.reap(directory), true)
        assert.equal(await isRunning(pid), false)
        assert.equal(await engine.reap(directory), false)
        const server = await start(directory)
        await server.stop('fast')
      })
    })
  }
}
