import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AgentFault } from '../fault.ts'
import { findRunAs } from './run-as.ts'

const isRoot = process.getuid?.() === 0

test('root gives its servers an unprivileged user; anybody else runs them himself', async () => {
  const user = await findRunAs(undefined)
  if (!isRoot) return assert.equal(user, null)
  assert.ok(user && ['postgres', 'nobody'].includes(user.name))
  assert.ok(user.uid > 0 && user.gid > 0)
})

test('a named user is taken, and one that cannot be is refused with the setting’s name', async () => {
  if (!isRoot) return assert.equal(await findRunAs('nobody'), null)
  assert.equal((await findRunAs('nobody'))?.name, 'nobody')
  for (const name of ['root', 'no-such-user', '-u', 'a;b', '']) {
    await assert.rejects(findRunAs(name), (error) => {
      assert.ok(error instanceof AgentFault)
      assert.match(error.message, /CROFT_RUN_AS/)
      return true
    })
  }
})
