import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { page } from './api.ts'
import { local } from './local-croft.ts'

const key = (fields: Readonly<Record<string, unknown>> = {}) => ({
  id: 'k1',
  name: 'ci',
  workspaceId: 'w1',
  rules: [
    { action: ['read'], subject: 'databases', conditions: { workspaceId: 'w1' } },
    { action: 'create', subject: 'events', inverted: true },
  ],
  disabled: false,
  createdAt: '2026-01-02T03:04:05Z',
  updatedAt: '2026-01-02T03:04:05Z',
  lastUsedAt: null,
  ...fields,
})

test('a key is made of rules in short and rules in a file, and printed alone', async (t) => {
  const { croft, calls, directory } = await local(t, (_, asked) =>
    asked === 'POST /api-keys' ? { status: 201, body: key({ value: 'the-key' }) } : undefined,
  )
  writeFileSync(join(directory, 'rules.json'), JSON.stringify([{ action: 'read', subject: 'projects' }]))
  const made = await croft([
    ...['key', 'create', 'ci', '--rules', 'rules.json'],
    ...['--allow', 'read,create databases', '--deny', 'delete databases,backups'],
  ])
  assert.equal(made.out, 'the-key\n')
  assert.deepEqual(calls.at(-1)?.body, {
    name: 'ci',
    rules: [
      { action: 'read', subject: 'projects' },
      { action: ['read', 'create'], subject: ['databases'] },
      { action: ['delete'], subject: ['databases', 'backups'], inverted: true },
    ],
  })
})

test('a key without rules, and rules that are none, are refused before anything is asked', async (t) => {
  const { croft, calls, directory } = await local(t, () => undefined)
  writeFileSync(join(directory, 'bad.json'), '{"rules": 7}')
  for (const [args, message] of [
    [[], /needs rules/],
    [['--allow', 'read'], /"read" is no rule/],
    [['--rules', 'bad.json'], /bad\.json has no rules/],
    [['--rules', 'missing.json'], /cannot be read/],
  ] as const) {
    const { code, err } = await croft(['key', 'create', 'ci', ...args])
    assert.notEqual(code, 0)
    assert.match(err, message)
  }
  assert.equal(calls.length, 0)
})

test('keys are listed, switched off and on, changed and deleted by their name', async (t) => {
  const { croft, calls } = await local(t, (_, asked) => {
    if (asked === 'GET /api-keys') return page([key(), key({ id: 'k2', name: 'other', disabled: true })])
    if (asked === 'PATCH /api-keys/k1') return { status: 200, body: key() }
    if (asked === 'DELETE /api-keys/k1') return { status: 204 }
    return undefined
  })
  const listed = await croft(['key', 'list'])
  assert.match(listed.out, /ci +read databases; not create events +on/)
  assert.match(listed.out, /other .* off/)
  assert.equal((await croft(['key', 'disable', 'ci'])).code, 0)
  assert.deepEqual(calls.at(-1)?.body, { disabled: true })
  assert.equal((await croft(['key', 'update', 'ci', '--name', 'next', '--allow', 'read all'])).code, 0)
  assert.deepEqual(calls.at(-1)?.body, { name: 'next', rules: [{ action: ['read'], subject: ['all'] }] })
  assert.equal((await croft(['key', 'delete', 'ci'])).code, 2)
  assert.equal((await croft(['key', 'delete', 'ci', '-y'])).code, 0)
  const unknown = await croft(['key', 'enable', 'nobody'])
  assert.match(unknown.err, /There is: ci, other/)
})

test('whoami says whose credential it is', async (t) => {
  const { croft } = await local(t, (_, asked) =>
    asked === 'GET /me'
      ? {
          status: 200,
          body: {
            ...{ type: 'service-token', id: 't1', name: 'bootstrap', workspaceId: 'w1' },
            roles: [{ role: 'workspace-admin', scope: { type: 'workspace', id: 'w1' } }],
          },
        }
      : undefined,
  )
  const { out } = await croft(['whoami'])
  assert.match(out, /bootstrap/)
  assert.match(out, /workspace-admin of workspace w1/)
  assert.equal((await croft(['whoami', '-q'])).out, 'bootstrap\n')
})
