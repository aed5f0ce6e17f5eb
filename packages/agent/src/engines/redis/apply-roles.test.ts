import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { testEngines } from '../../../test/engines-directory.ts'
import { makeTestHost, quiet, type TestHost } from '../../../test/host-fixture.ts'
import { createDebianPrograms } from '../debian/debian-programs.ts'
import { createApplyRoles } from './apply-roles.ts'
import { login, redisRole } from './contract-fixture.ts'
import { makeDataDirectory } from './data-directory.ts'
import type { Management } from './management.ts'
import { socketOf } from './options.ts'
import { redisPackages } from './programs.ts'
import { type StartedServer, startServer } from './start-server.ts'

let host: TestHost
let server: StartedServer
let path: string

before(async () => {
  host = await makeTestHost()
  const { runAs } = host
  const programs = createDebianPrograms({ set: redisPackages, enginesDirectory: testEngines(), runAs })
  await programs.install(null, () => {})
  await programs.versions()
  const directory = join(host.root, 'data', 'one')
  const runtimeDirectory = await host.socketDirectory()
  path = socketOf(runtimeDirectory)
  await makeDataDirectory(directory, runAs)
  server = await startServer({
    ...{ programs: await programs.find(programs.defaultVersion), directory, runtimeDirectory, runAs },
    ...{ settings: {}, maxClients: 10, scratch: false, log: quiet },
  })
})
after(async () => {
  await server.management.close()
  await server.process.stop('immediate')
  await host.remove()
})

test('sessions that could not be ended with their password are ended by the next try', async () => {
  let broken = false
  const management: Management = {
    ...server.management,
    async command(name, ...args) {
      if (broken && name === 'CLIENT') throw new Error('the session with the server broke')
      return await server.management.command(name, ...args)
    },
  }
  const applyRoles = createApplyRoles(management, server.process.log, async () => {})
  await applyRoles([redisRole('ada', 'one'), redisRole('bob', 'one')])
  const sessions = await Promise.all(['ada', 'bob'].map((name) => login({ path }, name, 'one')))
  const ended = sessions.map((session) => new Promise((resolve) => session.once('end', resolve)))
  broken = true
  await assert.rejects(applyRoles([redisRole('ada', 'two'), redisRole('bob', 'one')]), /broke/)
  broken = false
  // One of them is wanted no more meanwhile, so that Redis does not know its name.
  await applyRoles([redisRole('ada', 'two')])
  await Promise.all(ended)
  await applyRoles([redisRole('ada', 'two')])
  for (const session of sessions) session.disconnect()
})
