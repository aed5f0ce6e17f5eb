// What a body must not set is refused, or left alone as the dialect has it: the things that are made with it are read
// back, and have none of it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { type Asker, createAsker } from './asker.ts'
import { callerOf } from './caller-of.ts'
import { type Expected, invalid } from './expected.ts'
import { GOOD_BODIES } from './good-bodies.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { own } from './own.ts'
import { ignoresMore, plant, withPlanted } from './read-only-fields.ts'
import { soundRequest } from './sound-request.ts'
import { makeTenant, type Tenant } from './tenant.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft
let asker: Asker
let tenant: Tenant
let foreign: string

before(async () => {
  croft = await startCroft(dataDirectory, {
    CROFT_WORKSPACE_BACKUP_TARGETS: 'on',
    CROFT_RATE_LIMIT: '0',
  })
  asker = createAsker(croft)
  tenant = await makeTenant(croft, 'assigned')
  const workspace = await own<{ id: string }>(croft, 'POST', '/workspaces', { name: 'somebody else’s' })
  foreign = workspace.id
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

// What makes or restores databases makes the rest wait for them; one that does shows what all would.
const SLOW = new Set(['prisma.createProjectDatabase', 'prisma.restoreDatabase', 'croft.restoreDatabase'])

const faults: string[] = []

async function tryOne(
  operation: Operation,
  body: object,
  expected: Expected | null,
  hidden: readonly string[],
) {
  const headers = callerOf(operation, tenant, croft.bootstrap.adminToken)
  const sound = soundRequest(operation, tenant.ids[operation.dialect])
  const { status, code, text } = await asker.ask(operation, { ...sound, headers, body })
  const right = expected === null ? status < 500 : status === expected[0] && code === expected[1]
  if (!right) faults.push(`${operation.name}: ${status} ${text.slice(0, 300)} instead of ${expected}`)
  const shown = status < 300 ? hidden.filter((each) => text.includes(each)) : []
  if (shown.length > 0) faults.push(`${operation.name} shows ${shown}: ${text.slice(0, 300)}`)
  return status < 300
}

test('read-only and unknown fields', async (t) => {
  const planted = plant(foreign)
  let refused = 0
  let ignored = 0
  for (const operation of OPERATIONS) {
    const { name, dialect, body: schema } = operation
    const ids = tenant.ids[dialect]
    if (schema === null || SLOW.has(name)) continue
    const [body = {}] = GOOD_BODIES[name]?.(ids) ?? []
    const more = withPlanted(schema, body, planted.fields) as object
    const isIgnored = ignoresMore(schema, body)
    const done = await tryOne(operation, more, isIgnored ? null : invalid(operation), planted.seen)
    if (!isIgnored) refused += 1
    else if (done) ignored += 1
  }
  t.diagnostic(`${refused} operations refuse such a body, ${ignored} ignore what they do not know`)
  assert.ok(refused > 0 && ignored > 0)
  assert.deepEqual(faults.splice(0), [])
})

test('and none of it is read back', async () => {
  const planted = [foreign, '1999-09-09', 'planted-', 'platform-admin']
  for (const operation of OPERATIONS.filter(({ method }) => method === 'GET')) {
    if (/getSession|listRoles|[a-z]Events$/.test(operation.name)) continue
    const headers = callerOf(operation, tenant, croft.bootstrap.adminToken)
    const sound = soundRequest(operation, tenant.ids[operation.dialect])
    const { status, text } = await asker.ask(operation, { ...sound, headers })
    if (status !== 200) faults.push(`${operation.name}: ${status} ${text}`)
    const shown = planted.filter((each) => text.includes(each))
    if (shown.length > 0) faults.push(`${operation.name} shows ${shown}: ${text.slice(0, 300)}`)
  }
  assert.deepEqual(faults.splice(0), [])
})

test('an event is what its sender is, whatever it says', async () => {
  const operation = OPERATIONS.find(({ name }) => name === 'prismeai.emitEvents')
  assert.ok(operation)
  const type = 'mass.assigned'
  const source = { workspaceId: foreign, userId: 'somebody', correlationId: 'x', actorType: 'system' }
  const event = { type, id: foreign, createdAt: '1999-09-09T09:09:09Z', source, actor: { type: 'system' } }
  const body = { events: [event] }
  const { workspace: workspaceId } = tenant.ids.prismeai
  await asker.ask(operation, { path: { workspaceId }, token: tenant.token, body })
  const { data } = await own<{
    data: { workspaceId: string; actor: { type: string }; id: string; at: string }[]
  }>(croft, 'GET', `/events?action=${type}`)
  assert.equal(data.length, 1)
  const [kept] = data
  assert.equal(kept?.workspaceId, workspaceId)
  assert.equal(kept?.actor.type, 'service-token')
  assert.notEqual(kept?.id, foreign)
  assert.ok(!kept?.at.startsWith('1999'))
})
