import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { asPassword } from './dbaas/basic.ts'

const PER_MINUTE = 30

const dataDirectory = await newDataDirectory()
let croft: Croft

before(async () => {
  croft = await startCroft(dataDirectory, { CROFT_RATE_LIMIT: String(PER_MINUTE) })
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

interface Limited {
  readonly error: { readonly code: string; readonly message: string }
  readonly code: string
}

async function ask(path: string, token: string | null) {
  const isDbaas = /^\/api\/(?!croft)/.test(path)
  const bearer = (value: string) => (isDbaas ? asPassword(value) : { authorization: `Bearer ${value}` })
  const response = await fetch(`${croft.bootstrap.url}${path}`, {
    headers: token === null ? {} : bearer(token),
  })
  const text = await response.text()
  const number = (name: string) => Number(response.headers.get(name) ?? Number.NaN)
  return { status: response.status, text, number, header: (name: string) => response.headers.get(name) }
}

/** Asks until it is refused, at most twice as often as is allowed. Answers how many were allowed, and the refusal. */
async function exhaust(path: string, token: string | null) {
  for (let allowed = 0; allowed <= 2 * PER_MINUTE; allowed++) {
    const answer = await ask(path, token)
    if (answer.status === 429) return { allowed, refusal: answer }
    assert.equal(answer.number('ratelimit-limit'), PER_MINUTE)
  }
  throw new Error('never refused')
}

test('each answer says how much is left, and the refusal when to go on', async () => {
  const { serviceToken } = croft.bootstrap
  const first = await ask('/v1/me', serviceToken)
  assert.equal(first.status, 200)
  assert.equal(first.header('ratelimit-policy'), `"default";q=${PER_MINUTE};w=60`)
  const second = await ask('/v1/me', serviceToken)
  assert.ok(second.number('ratelimit-remaining') <= first.number('ratelimit-remaining'))
  const { allowed, refusal } = await exhaust('/v1/me', serviceToken)
  // The bucket refills while the test runs.
  assert.ok(allowed >= PER_MINUTE - 3, `${allowed} were allowed`)
  assert.ok(refusal.number('retry-after') >= 1 && refusal.number('retry-after') <= 60)
  assert.equal(refusal.number('ratelimit-remaining'), 0)
  const body: Limited = JSON.parse(refusal.text)
  assert.equal(body.error.code, 'rate-limit-exceeded')
  assert.match(body.error.message, /try again in \d+ second/)
})

test('in Croft’s own words on its own API, from the same bucket', async () => {
  const { refusal } = await exhaust('/api/croft/v1/sizes', croft.bootstrap.serviceToken)
  assert.equal((JSON.parse(refusal.text) as Limited).code, 'rate-limited')
  assert.match(refusal.header('content-type') ?? '', /problem\+json/)
})

test('in the words of DBaaS, from the same bucket', async () => {
  const { refusal } = await exhaust('/api/plan/', croft.bootstrap.serviceToken)
  const body: { detail: string } = JSON.parse(refusal.text)
  assert.match(body.detail, /try again in \d+ second/i)
  assert.ok(refusal.number('retry-after') >= 1)
  assert.equal(refusal.header('content-type'), 'application/json')
})

test('one caller’s limit is not another’s, and health is not limited', async () => {
  await exhaust('/v1/me', croft.bootstrap.serviceToken)
  assert.equal((await ask('/v1/workspaces', croft.bootstrap.adminToken)).status, 200)
  for (let again = 0; again < 2 * PER_MINUTE; again++) {
    assert.equal((await ask(again % 2 === 0 ? '/livez' : '/readyz', null)).status, 200)
  }
})

test('inventing tokens makes no more room, and known ones go on', async () => {
  await exhaust('/v1/me', null)
  let heard = 0
  for (let index = 0; index < PER_MINUTE; index++) {
    if ((await ask('/v1/me', `invented-${index}`)).status === 401) heard += 1
  }
  assert.ok(heard < PER_MINUTE / 3, `${heard} invented tokens were looked at`)
  assert.equal((await ask('/v1/workspaces', croft.bootstrap.adminToken)).status, 200)
  await exhaust('/nothing', null)
})
