import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Existing, planRemoval, planRoles } from './plan-roles.ts'

const verifier = (digit: string) => `*${digit.repeat(40)}`
const empty: Existing = { accounts: [], grants: [], schemas: ['main'] }
const account = {
  ...{ name: 'ada', host: '%', plugin: 'mysql_native_password', verifier: verifier('A'), locked: false },
  access: '0',
}
const ada = { name: 'ada', verifier: verifier('A') }

test('a new role gets an account and rights on its database alone', () => {
  assert.deepEqual(planRoles(empty, [ada], 'my_shop'), {
    statements: [
      'CREATE DATABASE `my_shop`',
      `CREATE OR REPLACE USER 'ada'@'%' IDENTIFIED VIA mysql_native_password USING '${verifier('A')}'`,
      "GRANT ALL PRIVILEGES ON `my\\_shop`.* TO 'ada'@'%'",
      "GRANT ALL PRIVILEGES ON `main`.* TO 'ada'@'%'",
    ],
    ended: [],
    unwanted: [],
  })
})

test('what is as it should be stays, whatever the case of its hash', () => {
  const existing = { ...empty, accounts: [account], grants: [{ name: 'ada', pattern: 'main' }] }
  const nothing = { statements: [], ended: [], unwanted: [] }
  assert.deepEqual(planRoles(existing, [ada], 'main'), nothing)
  assert.deepEqual(planRoles(existing, [{ ...ada, verifier: verifier('a') }], 'main'), nothing)
})

test('an account of the whole server, or of another host, does not stay', () => {
  const existing = {
    ...empty,
    accounts: [
      { ...account, access: '1073741823' },
      { ...account, host: 'localhost' },
    ],
  }
  const { statements, unwanted } = planRoles(existing, [ada], 'main')
  assert.ok(statements.some((statement) => statement.startsWith("CREATE OR REPLACE USER 'ada'@'%'")))
  assert.deepEqual(planRemoval(unwanted, ['ada@%']), ["DROP USER IF EXISTS 'ada'@'localhost'"])
})

test('an account that views run as is closed and stays, once', () => {
  const existing = { ...empty, accounts: [account] }
  const { statements, ended, unwanted } = planRoles(existing, [], 'main')
  assert.equal(statements.length, 1)
  assert.match(statements[0] ?? '', /ACCOUNT LOCK$/)
  assert.deepEqual([ended, planRemoval(unwanted, ['ada@%'])], [['ada'], []])
  const closed = { ...account, verifier: verifier('0'), locked: true }
  assert.deepEqual(planRoles({ ...existing, accounts: [closed] }, [], 'main').statements, [])
  const [back] = planRoles({ ...existing, accounts: [closed] }, [ada], 'main').statements
  assert.match(back ?? '', /ACCOUNT UNLOCK$/)
})

test('every wanted role can log in afterwards, and nobody else', () => {
  const name = fc.constantFrom('ada', 'bob', 'u_shop', 'eve.x-1')
  const digit = fc.constantFrom('A', 'B', '1')
  const known = fc.uniqueArray(
    fc.record({ name, digit, locked: fc.boolean(), host: fc.constantFrom('%', 'localhost') }),
    { selector: ({ name, host }) => `${name}@${host}` },
  )
  const wished = fc.uniqueArray(fc.record({ name, digit }), { selector: (role) => role.name })
  fc.assert(
    fc.property(known, wished, fc.array(name), (had, wanted, definers) => {
      const accounts = had.map((one) => ({ ...account, ...one, verifier: verifier(one.digit) }))
      const roles = wanted.map((one) => ({ name: one.name, verifier: verifier(one.digit) }))
      const plan = planRoles({ ...empty, accounts }, roles, 'main')
      const removal = planRemoval(
        plan.unwanted,
        definers.map((one) => `${one}@%`),
      )
      const open = new Map(
        accounts.filter(({ locked }) => !locked).map((one) => [`'${one.name}'@'${one.host}'`, one.verifier]),
      )
      for (const statement of [...plan.statements, ...removal]) {
        const [, who = ''] = /USER (?:IF EXISTS )?('[^']*'@'[^']*')/.exec(statement) ?? []
        const [, hash] = /USING '([^']*)'/.exec(statement) ?? []
        if (statement.startsWith('DROP') || statement.includes('ACCOUNT LOCK')) open.delete(who)
        else if (hash !== undefined) open.set(who, hash)
      }
      const expected = roles.map((role) => [`'${role.name}'@'%'`, role.verifier] as const)
      assert.deepEqual(open, new Map(expected.toSorted(([a], [b]) => order(open, a, b))))
      for (const { name: changed, verifier: old, locked, host } of accounts) {
        const same = roles.some((role) => role.name === changed && role.verifier === old)
        if (!locked && host === '%' && !same) assert.ok(plan.ended.includes(changed))
      }
    }),
  )
})

function order(map: ReadonlyMap<string, string>, a: string, b: string): number {
  const keys = [...map.keys()]
  return keys.indexOf(a) - keys.indexOf(b)
}
