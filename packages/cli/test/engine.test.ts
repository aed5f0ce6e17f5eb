import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeClone } from './clone.ts'
import { cleanEnvironment, run } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

test('engines of this host are listed and installed by the agent’s own program', async (t) => {
  const clone = makeClone(temporaryDirectory(t))
  const croft = (...args: string[]) =>
    run(process.execPath, ['packages/cli/src/main.ts', 'engine', ...args], {
      cwd: clone,
      env: cleanEnvironment(),
    }).result
  const listed = await croft('list')
  assert.match(listed.out, /postgres +18 +yes/)
  assert.equal((await croft('list', '-q')).out, 'postgres@18\n')
  const installed = await croft('install', 'postgres@17')
  assert.equal(installed.code, 0, installed.err)
  assert.equal(installed.out, `installing postgres 17 below ${join(clone, '.croft')}\n`)
  const refused = await croft('install', 'postgres@3')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /there is no postgres 3\nError: postgres 3 was not installed/)
})
