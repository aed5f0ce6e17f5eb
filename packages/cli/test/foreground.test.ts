import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isAlive, type ProcessIdentity } from '../src/process/identity.ts'
import { readProcess } from '../src/process/table.ts'
import { makeClone } from './clone.ts'
import { cleanEnvironment, type Running, run } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

/** `croft agent`, and the process that stands for one of its database servers. */
async function startAgent(t: TestContext): Promise<{ running: Running; server: ProcessIdentity }> {
  const directory = temporaryDirectory(t)
  const running = run(process.execPath, ['packages/cli/src/main.ts', 'agent'], {
    cwd: makeClone(directory),
    env: cleanEnvironment({
      CROFT_DATA_DIR: directory,
      CROFT_SERVER_URL: 'http://127.0.0.1:1',
      CROFT_AGENT_TOKEN: 'join',
    }),
  })
  t.after(() => running.child.kill('SIGKILL'))
  const path = join(directory, 'instance.pid')
  while (!existsSync(path) || readFileSync(path, 'utf8') === '') await sleep(20)
  const server = identify(Number(readFileSync(path, 'utf8')))
  assert.ok(server)
  return { running, server }
}

const groupOf = (pid: number | undefined) => readProcess(pid ?? 0)?.group

test('a Ctrl-C does not reach the database servers of `croft agent`, which ends them itself', async (t) => {
  const { running, server } = await startAgent(t)
  assert.notEqual(groupOf(server.pid), groupOf(running.child.pid))
  // The fake agent leaves SIGINT and SIGHUP at what they do by themselves, as a script would.
  running.child.kill('SIGHUP')
  assert.equal((await running.result).code, 0)
  assert.ok(!isAlive(server))
})

test('when `croft agent` itself is killed, the agent stops', async (t) => {
  const { running, server } = await startAgent(t)
  running.child.kill('SIGKILL')
  while (isAlive(server)) await sleep(20)
})
