// Every secret that can be made is made, used, and mistyped where people mistype them; then it is looked for in all that
// Croft wrote: logs, the files of its databases, backups, and the trail.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { freePort } from '../harness/free-port.ts'
import { tryLogIn } from '../harness/log-in.ts'
import { type MailSink, startMailSink } from '../harness/mail-sink.ts'
import { totp } from '../harness/totp.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { asPassword, basic } from './dbaas/basic.ts'
import { findInFiles, type Needle } from './find-in-files.ts'
import { own } from './own.ts'
import { bySession, makePerson, makeProgram } from './people.ts'
import { makeTenant, type Tenant } from './tenant.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft
let sink: MailSink
let tenant: Tenant
let exported = ''
const needles: Needle[] = []
const know = (name: string, text: string | null | undefined) => {
  assert.ok(text, `there is no ${name}`)
  needles.push({ name, text })
  return text
}

before(async () => {
  sink = await startMailSink()
  const port = await freePort()
  croft = await startCroft(dataDirectory, {
    CROFT_RATE_LIMIT: '0',
    CROFT_LOG_LEVEL: 'debug',
    CROFT_SMTP_URL: sink.url,
    CROFT_PORT: String(port),
    CROFT_PUBLIC_URL: `http://127.0.0.1:${port}`,
  })
  tenant = await makeTenant(croft, 'canary')
})
after(async () => {
  await sink.close()
  await removeDataDirectory(dataDirectory)
})

/** Sends what nobody should, and does not mind the answer. */
const send = (path: string, init: RequestInit = {}) =>
  fetch(`${croft.bootstrap.url}${path}`, { ...init, signal: AbortSignal.timeout(30_000) }).then((response) =>
    response.text(),
  )

interface Shown {
  readonly id: number
  readonly password: string
}

const dbaas = (method: string, path: string, headers: Readonly<Record<string, string>>, body?: object) =>
  send(path, {
    method,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })

async function mailedToken(to: string): Promise<string> {
  const isIt = (mail: string) => mail.includes(to) && /[?&]token=/.test(mail)
  await waitUntil(
    async () => sink.mails.some(isIt),
    (found) => found,
  )
  return /[?&]token=(\w+)/.exec(sink.mails.findLast(isIt) ?? '')?.[1] ?? ''
}

test('secrets are made in every way', async () => {
  const { url, adminPassword, adminToken, serviceToken, agentToken } = croft.bootstrap
  for (const [name, text] of Object.entries({ adminPassword, adminToken, serviceToken, agentToken })) {
    know(name, text)
  }
  for (const [index, { value }] of tenant.secrets.entries()) know(`secret ${index} of the tenant`, value)
  const { database, identity, keyPair, organization, apiKey, workspace } = tenant.ids.croft

  const person = await makePerson(croft, 'canary-person')
  know('password', person.password)
  know('session', /=(.*)/.exec(person.session.cookie)?.[1])
  know('user key', person.key.value)
  const factor = '/account/second-factor'
  const { secret } = await bySession<{ secret: string }>(url, person.session, 'POST', factor, {
    password: person.password,
  })
  know('TOTP secret', secret)
  const { recoveryCodes } = await bySession<{ recoveryCodes: string[] }>(
    url,
    person.session,
    'POST',
    `${factor}/confirm`,
    { code: totp(secret) },
  )
  for (const code of recoveryCodes) know('recovery code', code)
  const [code = ''] = recoveryCodes
  const { email, password } = person
  assert.equal((await tryLogIn(url, { email, password, code })).status, 201)

  const reset = await own<{ link: string }>(croft, 'POST', `/users/${person.id}/password-reset`)
  const token = know('reset link', new URL(reset.link).searchParams.get('token'))
  const newPassword = know('new password', 'canary-chosen-after-the-reset')
  await own(croft, 'POST', '/password-resets/complete', { token, password: newPassword })
  await own(croft, 'POST', '/password-resets', { email })
  know('mailed reset link', await mailedToken(email))
  know('mailed invitation', await mailedToken('canary-guest@example.com'))

  const credential = await own<{ password: string; id: string }>(
    croft,
    'POST',
    `/databases/${database}/credentials`,
    { name: 'canary' },
  )
  know('database password', credential.password)
  const rotated = await own<{ password: string }>(croft, 'POST', `/credentials/${credential.id}/rotate`)
  know('rotated password', rotated.password)
  const listed = await dbaas('GET', '/api/database/?page_size=100', asPassword(tenant.token))
  const [first] = (JSON.parse(listed) as { database: { id: number }[] }).database
  const body = { user: 'canary', database: `/api/database/${first?.id}/` }
  const scope = { type: 'workspace', id: workspace }
  const dba = await makePerson(croft, 'canary-dba', [{ role: 'workspace-admin', scope }])
  // It comes with every request.
  const byPassword = basic(dba.email, know('password of Basic', dba.password))
  const made = JSON.parse(await dbaas('POST', '/api/credential/', byPassword, body)) as Shown
  know('DBaaS password', made.password)
  const again = `/api/credential/${made.id}/reset_password/`
  know(
    'DBaaS password that was reset',
    (JSON.parse(await dbaas('POST', again, byPassword)) as Shown).password,
  )
  await dbaas('GET', `/api/credential/${made.id}/?format=api`, byPassword)
  await dbaas('DELETE', `/api/database/${tenant.ids.dbaas.database}/`, byPassword)
  const quarantined = await dbaas('GET', `/api/credential/${tenant.ids.dbaas.connection}/`, byPassword)
  know('password of quarantine', (JSON.parse(quarantined) as Shown).password)
  for (const path of [`/service-identities/${identity}`, `/key-pairs/${keyPair}`]) {
    const { clientSecret } = await own<{ clientSecret: string }>(croft, 'POST', `${path}/regenerate`)
    know('regenerated secret', clientSecret)
  }
  const program = await makeProgram(croft, organization, 'canary-program')
  know('client secret', program.clientSecret)
  know('identity token', program.token)
  await own(croft, 'DELETE', `/api-keys/${apiKey}?workspaceId=${workspace}`)
})

test('answers that are kept for an Idempotency-Key are sealed', async () => {
  const { workspace } = tenant.ids.croft
  const text = await send('/api/croft/v1/tokens', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tenant.token}`,
      'content-type': 'application/json',
      'idempotency-key': 'canary',
    },
    body: JSON.stringify({ name: 'kept', workspaceId: workspace }),
  })
  know('kept token', (JSON.parse(text) as { value: string }).value)
})

test('secrets are mistyped, and sent where they do not belong', async () => {
  const { url } = croft.bootstrap
  const typed = know('mistyped password', 'canary-typed-into-a-wrong-field')
  await tryLogIn(url, { email: typed, password: typed })
  await tryLogIn(url, { email: tenant.owner.email, password: typed })
  await tryLogIn(url, { email: `${typed}@example.com`, password: 'x' })
  const { apiKey, token } = tenant
  const keys = `/v2/workspaces/${tenant.ids.croft.workspace}/security/apikeys`
  const json = { 'content-type': 'application/json' }
  const bearer = { authorization: `Bearer ${token}` }
  await send(`${keys}/${apiKey}`, { method: 'DELETE', headers: bearer })
  await send(`${keys}/${apiKey}`, { method: 'PUT', headers: { ...bearer, ...json }, body: '{' })
  await send(`${keys}/${apiKey}`, { headers: { 'x-prismeai-api-key': apiKey } })
  await send(`/invitation?token=${typed}`)
  await send(`/reset-password?token=${typed}`)
  await send(`/api/croft/v1/databases?cursor=${typed}&name=${token}`, { headers: bearer })
  await send(`/api/croft/v1/databases/${token}`, { headers: bearer })
  await send(`/no/such/${token}`, { headers: { authorization: `Basic ${btoa(`x:${typed}`)}` } })
  await send('/api/', { headers: basic(typed, typed) })
  await send('/api/', { headers: { authorization: `Basic ${typed}` } })
  await send('/api/', { headers: { authorization: typed } })
  await send(`/api/database/?name=${typed}&project=${typed}&format=api`, { headers: asPassword(token) })
  await send(`/api/database/${token}/`, { headers: basic(token, '') })
  const form = new URLSearchParams({ user: typed, password: typed, database: typed, _content: `{"${typed}` })
  await send('/api/credential/', { method: 'POST', headers: asPassword(token), body: form })
  await send('/api/croft/v1/session', { method: 'POST', headers: json, body: `{"password":"${typed}"` })
  await send('/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: typed,
      client_secret: typed,
      refresh_token: typed,
    }),
  })
})

test('none of them is in the trail, however it is asked for', async (t) => {
  exported = await send('/api/croft/v1/events/export', {
    headers: { authorization: `Bearer ${croft.bootstrap.adminToken}` },
  })
  const events = exported.split('\n').length - 1
  assert.ok(events > 30, `${events} events`)
  assert.deepEqual(
    needles.filter(({ text }) => exported.includes(text)).map(({ name }) => name),
    [],
  )
  t.diagnostic(`${needles.length} secrets, ${events} events`)
})

/** What is documented to hold secrets, and the template databases of servers, which nobody writes to. */
const isLeftOut = (file: string) => file === 'bootstrap.json' || /\/base\/[14]\//.test(file)

test('none of them is in what Croft wrote to files, or printed', async (t) => {
  // Its databases write all that they have to their files when they stop.
  assert.equal(await croft.stop(), 0, croft.output())
  const output = croft.output()
  // The panel of the first start shows how to log in.
  const printed = needles.filter(({ name, text }) => !/^(admin|service)/.test(name) && output.includes(text))
  assert.deepEqual(
    printed.map(({ name }) => name),
    [],
  )
  // What is looked for can be found: the one file that has secrets, as documented.
  const bootstrap = await readFile(join(dataDirectory, 'bootstrap.json'), 'utf8')
  const shown = needles.filter(({ text }) => bootstrap.includes(text))
  assert.ok(shown.length >= 4)
  const inBootstrap = await findInFiles(dataDirectory, needles, (file) => file !== 'bootstrap.json')
  assert.equal(inBootstrap.found.length, shown.length)

  const controls = [
    { name: 'control', text: tenant.owner.email },
    { name: 'control', text: 'prismeai.deleteApiKey' },
  ]
  const { found, files, bytes } = await findInFiles(dataDirectory, [...needles, ...controls], isLeftOut)
  t.diagnostic(`${needles.length} secrets looked for in ${files} files, ${Math.round(bytes / 1e6)} MB`)
  for (const place of [/^postgres\/metadata\/base.*: control$/, /^logs\/server\.log: control$/]) {
    assert.ok(
      found.some((each) => place.test(each)),
      `nothing is found where ${place} is`,
    )
  }
  assert.deepEqual(
    found.filter((each) => !each.endsWith(': control')),
    [],
  )
})
