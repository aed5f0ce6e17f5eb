import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret, TOTP } from 'otpauth'
import { PASSWORD } from '../../../../test/access.ts'
import { codeOf, createPeopleApp, type PeopleApp, trail } from '../../../../test/people-app.ts'
import { rotateSealedColumns } from '../../../platform/secrets/index.ts'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts'
import { newTotp, stepOfCode } from './totp.ts'

const EMAIL = 'admin@example.com'
const codeAt = (secret: string, timestamp: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp })
/** The code of the step after, which is good too: a test then has two codes without waiting. */
const nextCode = (secret: string) => codeAt(secret, Date.now() + 30_000)

/** Another address each time, and the account's failures forgotten: only codes are what these tests are about. */
function tries({ access, db }: PeopleApp) {
  let n = 0
  return async (code?: string, password = PASSWORD) => {
    n++
    await db.deleteFrom('login_failures').execute()
    return codeOf(access.login({ email: EMAIL, password, code, address: `192.0.2.${n}`, requestId: 'r' }))
  }
}

async function enrol(app: PeopleApp): Promise<{ secret: string; codes: readonly string[] }> {
  const { people, admin } = app
  const { secret, url } = await people.beginSecondFactor(admin.call, { password: PASSWORD, address: '::1' })
  assert.match(url, /^otpauth:\/\/totp\/Croft:admin%40example\.com\?issuer=Croft&secret=[A-Z2-7]{32}&/)
  const codes = await people.confirmSecondFactor(admin.call, {
    code: codeAt(secret, Date.now() - 30_000),
    address: '::1',
  })
  return { secret, codes }
}

test('codes of a step are codes of no step further away, and other texts are none', () => {
  const { secret } = newTotp('a@b')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: -4, max: 4 }), (at, drift) => {
      const now = at * 1000
      const step = stepOfCode(secret, codeAt(secret, Math.max(0, now + drift * 30_000)), now)
      if (Math.abs(drift) <= 1 && now > 60_000) assert.equal(step, Math.floor(at / 30) + drift)
      // Two codes are the same by chance once in a million.
      else if (now > 200_000) assert.ok(step === null || Math.abs(step - Math.floor(at / 30)) <= 1)
    }),
  )
  for (const text of ['', '12345', '1234567', 'abcdef', '12 456', '١٢٣٤٥٦', '\0']) {
    assert.equal(stepOfCode(secret, text), null, text)
  }
})

test('recovery codes differ, and are the same however they are typed', () => {
  const codes = newRecoveryCodes()
  assert.equal(new Set(codes).size, 10)
  for (const code of codes) {
    assert.match(code, /^([2-9a-hjkmnp-z]{4}-){3}[2-9a-hjkmnp-z]{4}$/)
    assert.deepEqual(hashRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')} `), hashRecoveryCode(code))
  }
})

test('nothing asks for a code before one was confirmed, then every login does', async (t) => {
  const app = await createPeopleApp(t)
  const { people, admin, db } = app
  const login = tries(app)
  const begun = await people.beginSecondFactor(admin.call, { password: PASSWORD, address: '::1' })
  assert.equal(await login(), 'done')
  const confirm = (code: string) => codeOf(people.confirmSecondFactor(admin.call, { code, address: '::1' }))
  assert.equal(
    await confirm('000000' === codeAt(begun.secret, Date.now()) ? '111111' : '000000'),
    'invalid-input',
  )
  assert.equal(await login(), 'done')
  const { secret } = await enrol(app)
  assert.notEqual(secret, begun.secret)
  assert.equal(
    await codeOf(people.beginSecondFactor(admin.call, { password: PASSWORD, address: '::1' })),
    'invalid-input',
  )
  assert.equal(await confirm(nextCode(secret)), 'invalid-input')

  assert.equal(await login(), 'second-factor-required')
  assert.equal(await login(undefined, 'wrong'), 'not-authenticated')
  assert.equal(await login('abcdef'), 'not-authenticated')
  assert.equal(await login(nextCode(secret), 'wrong'), 'not-authenticated')
  const code = nextCode(secret)
  assert.equal(await login(code), 'done')
  assert.equal(await login(code), 'not-authenticated')
  // Nor one of an earlier step.
  assert.equal(await login(codeAt(secret, Date.now())), 'not-authenticated')
  const { totp_secret } = await db
    .selectFrom('users')
    .where('id', '=', admin.id)
    .select('totp_secret')
    .executeTakeFirstOrThrow()
  assert.ok(totp_secret && !totp_secret.includes(secret))
  assert.ok(!JSON.stringify(await db.selectFrom('events').selectAll().execute()).includes(secret))
})

test('of two logins with one code at once, one is let in', async (t) => {
  const app = await createPeopleApp(t)
  const { secret, codes } = await enrol(app)
  for (const code of [nextCode(secret), codes[0] ?? '']) {
    await app.db.deleteFrom('login_failures').execute()
    const results = await Promise.all(
      [1, 2, 3].map((n) =>
        codeOf(
          app.access.login({
            email: EMAIL,
            password: PASSWORD,
            code,
            address: `192.0.2.${n}`,
            requestId: 'r',
          }),
        ),
      ),
    )
    assert.deepEqual(results.sort(), ['done', 'not-authenticated', 'not-authenticated'])
  }
})

test('wrong codes count as failed logins', async (t) => {
  const app = await createPeopleApp(t)
  await enrol(app)
  const guess = (n: number) =>
    codeOf(
      app.access.login({
        email: EMAIL,
        password: PASSWORD,
        code: 'wrong',
        address: `192.0.2.${n}`,
        requestId: 'r',
      }),
    )
  for (let n = 0; n < 5; n++) assert.equal(await guess(n), 'not-authenticated')
  assert.equal(await guess(9), 'rate-limited')
})

test('recovery codes work once each, and the second factor goes for the password and a code', async (t) => {
  const app = await createPeopleApp(t)
  const { people, admin } = app
  const login = tries(app)
  const { codes } = await enrol(app)
  const [first = '', second = '', third = ''] = codes
  assert.equal(await login(first.toUpperCase()), 'done')
  assert.equal(await login(first), 'not-authenticated')
  const disable = (password: string, code: string) =>
    codeOf(people.disableSecondFactor(admin.call, { password, code, address: '::1' }))
  assert.equal(await disable('wrong', second), 'invalid-input')
  assert.equal(await disable(PASSWORD, first), 'invalid-input')
  for (let n = 0; n < 2; n++) assert.equal(await disable(PASSWORD, 'no'), 'invalid-input')
  // Right passwords do not make room for more guesses at the code.
  assert.equal(await disable(PASSWORD, second), 'rate-limited')
  await app.db.deleteFrom('login_failures').execute()
  assert.equal(await disable(PASSWORD, second), 'done')
  assert.equal(await login(), 'done')
  assert.equal(await login(third), 'done')
  assert.equal(await disable(PASSWORD, third), 'invalid-input')

  await enrol(app)
  const rescuer = await app.user('b@example.com', 'platform-admin', { type: 'platform', id: null })
  assert.equal(await codeOf(people.removeSecondFactor(admin.call, admin.id)), 'forbidden')
  await people.removeSecondFactor(rescuer.call, admin.id)
  assert.equal(await codeOf(people.removeSecondFactor(rescuer.call, admin.id)), 'invalid-input')
  assert.equal(await login(), 'done')
  assert.deepEqual(await trail(app, 'user.second-factor'), [
    'user.second-factor-begun',
    'user.second-factor-enabled',
    'user.second-factor-disabled',
    'user.second-factor-begun',
    'user.second-factor-enabled',
    'user.second-factor-disabled',
  ])
})

test('secrets of second factors outlive the key that sealed them', async (t) => {
  const app = await createPeopleApp(t)
  const { ring } = app.domain
  const login = tries(app)
  const { secret } = await enrol(app)
  await ring.rotate()
  const { rewrapped, retired } = await rotateSealedColumns(app.db, ring)
  assert.deepEqual([rewrapped, retired.length], [1, 1])
  assert.equal(await login(nextCode(secret)), 'done')
})
