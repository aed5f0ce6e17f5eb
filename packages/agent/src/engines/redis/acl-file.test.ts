import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeTestHost } from '../../../test/host-fixture.ts'
import { aclFileOf, parseUsers, writeAclFile } from './acl-file.ts'
import { parseInfo } from './management.ts'
import { parseLogLine } from './server-log.ts'

const hash = fc.stringMatching(/^[0-9a-f]{64}$/)
const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,15}$/).filter((one) => one !== 'default')

test('users keep their passwords through a rewrite of the file, and nothing else of it', async (t) => {
  const host = await makeTestHost()
  t.after(host.remove)
  const directory = join(host.root, 'data')
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, hash), fc.string(), hash, async (users, junk, agent) => {
      const lines = Object.entries(users).map(([user, one]) => `user ${user} on #${one} ~* &* +@all`)
      const noise = junk.replaceAll('user', '')
      await writeFile(aclFileOf(directory), [...lines, noise, 'user default on nopass +@all'].join('\n'))
      await writeAclFile(directory, agent, null)
      const text = await readFile(aclFileOf(directory), 'utf8')
      assert.deepEqual(Object.fromEntries(parseUsers(text.split('\n'))), { ...users })
      assert.match(text, /^user default reset off$/m)
      assert.ok(!/ (nopass|\+@all)$/m.test(text.replace(/^user croft_agent .*$/m, '')))
    }),
    { numRuns: 50 },
  )
})

test('a user without a password, or switched off, has none', () => {
  const users = parseUsers([
    `user ada off #${'a'.repeat(64)} ~* +@all`,
    'user bob on nopass ~* +@all',
    'user croft_agent on nopass',
    'rubbish',
  ])
  assert.deepEqual(
    [...users],
    [
      ['ada', ''],
      ['bob', ''],
    ],
  )
})

test('lines of a log tell what is urgent, and any other line is the whole text', () => {
  assert.deepEqual(parseLogLine('12:M 22 Nov 2026 16:00:00.123 # Short read'), {
    mark: '#',
    text: 'Short read',
  })
  assert.deepEqual(parseLogLine('7:C 01 Jan 2026 16:00:00.123 * DB saved'), { mark: '*', text: 'DB saved' })
  fc.assert(
    fc.property(fc.string(), (line) => {
      const { mark, text } = parseLogLine(line)
      assert.ok(mark === '' ? text === line : line.endsWith(text))
    }),
  )
})

test('what the server tells of itself is read by name, colons in values included', () => {
  const info = parseInfo('# Server\r\nredis_version:7.0.15\r\nconfig:a:b\r\n\r\ndb0:keys=1,expires=0\r\n')
  assert.deepEqual(Object.fromEntries(info), {
    redis_version: '7.0.15',
    config: 'a:b',
    db0: 'keys=1,expires=0',
  })
})
