import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../../../../test/access.ts'
import { startMailServer } from '../../../../test/mail-server.ts'
import { codeOf, createPeopleApp, type PeopleApp, trail } from '../../../../test/people-app.ts'
import { until } from '../../../../test/scripted-agent.ts'
import { newId } from '../../../platform/ids/index.ts'

const page = { limit: 100, after: null }
const visitor = { address: '192.0.2.3', requestId: 'accept' }
const CHOSEN = 'my very own password'

async function acme(app: PeopleApp) {
  const scope = { type: 'workspace', id: app.workspaces[0].id } as const
  const boss = await app.user('boss@acme.com', 'workspace-admin', scope)
  return { scope, boss }
}

test('a new user comes by an invitation, with the role and a session', async (t) => {
  const app = await createPeopleApp(t)
  const { people, access, db } = app
  const { scope, boss } = await acme(app)
  const wanted = { email: 'Ann@acme.com', role: 'workspace-editor', scope }
  const { token, ...invitation } = await people.createInvitation(boss.call, wanted)
  assert.ok(token)
  assert.equal(invitation.invitedBy, boss.id)
  assert.deepEqual((await people.listInvitations(boss.call, { scope, page })).items, [invitation])
  assert.equal((await people.findInvitation(token)).user, null)

  const accept = (more: object) => people.acceptInvitation(null, { token, ...visitor, ...more })
  assert.equal(await codeOf(accept({})), 'invalid-input')
  assert.equal(await codeOf(accept({ password: 'short' })), 'invalid-input')
  assert.equal(await codeOf(people.acceptInvitation(boss.principal, { token, ...visitor })), 'forbidden')
  const both = await Promise.allSettled([accept({ password: CHOSEN }), accept({ password: CHOSEN })])
  const won = both.filter((one) => one.status === 'fulfilled')
  assert.equal(won.length, 1)
  const session = won[0]?.value ?? ''
  const ann = await access.authenticateSession(session)
  assert.deepEqual(ann?.bindings, [{ role: 'workspace-editor', scope }])
  assert.equal(ann.name, 'Ann@acme.com')
  assert.equal(await codeOf(accept({ password: CHOSEN })), 'invitation-not-found')
  assert.equal((await people.listInvitations(boss.call, { scope, page })).items.length, 0)
  assert.equal(await codeOf(people.createInvitation(boss.call, wanted)), 'role-held')
  assert.deepEqual(await trail(app, 'invitation.'), ['invitation.created', 'invitation.accepted'])
  assert.ok((await trail(app, 'binding.')).includes('binding.created'))
  const rows = JSON.stringify(await db.selectFrom('events').selectAll().execute())
  assert.ok(!rows.includes('croft_invitation_') && !rows.includes(CHOSEN))
})

test('one who exists must be that user: logged in, or by the password', async (t) => {
  const app = await createPeopleApp(t)
  const { people, access, workspaces } = app
  const { scope, boss } = await acme(app)
  const ann = await app.user('ann@other.com', 'workspace-admin', { type: 'workspace', id: workspaces[1].id })
  const invite = async (role: string) => {
    const made = await people.createInvitation(boss.call, { email: 'ANN@other.com', role, scope })
    return made.token ?? ''
  }
  const token = await invite('workspace-reader')
  assert.equal((await people.findInvitation(token)).user?.id, ann.id)
  const accept = (who: typeof ann.principal | null, password?: string) =>
    codeOf(people.acceptInvitation(who, { token, password, ...visitor }))
  assert.equal(await accept(null), 'not-authenticated')
  assert.equal(await accept(null, CHOSEN), 'not-authenticated')
  assert.equal(await accept(boss.principal), 'forbidden')
  assert.equal(await accept(ann.principal), 'done')
  const second = await invite('workspace-editor')
  const session = await people.acceptInvitation(null, { token: second, password: PASSWORD, ...visitor })
  assert.ok(session)
  const roles = (await access.authenticateSession(session))?.bindings.map(({ role }) => role)
  assert.deepEqual(roles, ['workspace-admin', 'workspace-reader', 'workspace-editor'])
})

test('inviting again ends the link before; withdrawn, expired and disabled inviters’ ones end too', async (t) => {
  const app = await createPeopleApp(t)
  const { people, admin, db } = app
  const { scope, boss } = await acme(app)
  const wanted = { email: 'ann@acme.com', role: 'workspace-reader', scope }
  const first = await people.createInvitation(boss.call, wanted)
  const again = await people.createInvitation(boss.call, { ...wanted, email: 'ANN@acme.com' })
  assert.equal(again.id, first.id)
  const look = (token: string | null) => codeOf(people.findInvitation(token ?? ''))
  assert.equal(await look(first.token), 'invitation-not-found')
  assert.equal(await look(again.token), 'done')
  await people.deleteInvitation(boss.call, again.id)
  assert.equal(await look(again.token), 'invitation-not-found')
  assert.equal(await codeOf(people.deleteInvitation(boss.call, again.id)), 'invitation-not-found')

  const late = await people.createInvitation(boss.call, wanted)
  await db.updateTable('invitations').set({ expires_at: new Date() }).execute()
  assert.equal(await look(late.token), 'invitation-not-found')
  const last = await people.createInvitation(boss.call, wanted)
  assert.equal(await look(last.token), 'done')
  await people.updateUser(admin.call, boss.id, { disabled: true })
  assert.equal(await look(last.token), 'invitation-not-found')

  const retry = { ...admin.call, resourceId: newId() }
  const lost = await people.createInvitation(retry, wanted)
  const told = await people.createInvitation(retry, wanted)
  assert.equal(lost.id, retry.resourceId)
  assert.equal(told.id, lost.id)
  assert.equal(await look(told.token), 'done')
})

test('nobody invites to what is not theirs to give, and other tenants’ invitations do not exist', async (t) => {
  const app = await createPeopleApp(t)
  const { people, admin, workspaces } = app
  const { scope, boss } = await acme(app)
  const editor = await app.user('editor@acme.com', 'workspace-editor', scope)
  const other = await app.user('x@other.com', 'workspace-admin', { type: 'workspace', id: workspaces[1].id })
  const email = 'new@acme.com'
  const invite = (call: typeof boss.call, role: string, where: object) =>
    codeOf(people.createInvitation(call, { email, role, scope: where as typeof scope }))
  assert.equal(await invite(editor.call, 'workspace-reader', scope), 'forbidden')
  assert.equal(await invite(other.call, 'workspace-reader', scope), 'workspace-not-found')
  assert.equal(await invite(boss.call, 'platform-admin', { type: 'platform', id: null }), 'forbidden')
  const organization = { type: 'organization', id: workspaces[0].organizationId }
  assert.equal(await invite(boss.call, 'organization-admin', organization), 'organization-not-found')
  assert.equal(await invite(boss.call, 'organization-admin', scope), 'invalid-input')
  assert.equal(await invite(boss.call, 'king', scope), 'invalid-input')
  assert.equal(
    await invite(boss.call, 'workspace-reader', { type: 'workspace', id: newId() }),
    'workspace-not-found',
  )
  assert.equal(await invite(admin.call, 'platform-admin', { type: 'platform', id: null }), 'done')
  assert.equal(await invite(admin.call, 'organization-admin', organization), 'done')

  const { id } = await people.createInvitation(boss.call, { email, role: 'workspace-reader', scope })
  assert.equal(await codeOf(people.deleteInvitation(other.call, id)), 'invitation-not-found')
  assert.equal(await codeOf(people.deleteInvitation(editor.call, id)), 'forbidden')
  assert.equal(await codeOf(people.listInvitations(other.call, { scope, page })), 'workspace-not-found')
})

test('by mail, only the mail has the link', async (t) => {
  const server = await startMailServer(t)
  const app = await createPeopleApp(t, { CROFT_SMTP_URL: server.url })
  const { people, db } = app
  const { scope, boss } = await acme(app)
  const wanted = { email: 'ann@acme.com', role: 'workspace-reader', scope }
  const made = await people.createInvitation(boss.call, wanted)
  assert.equal(made.token, null)
  await app.work()
  await until(() => server.mails.length === 1)
  assert.match(server.mails[0] ?? '', /workspace Acme/)
  const [, token = ''] = /\/invitation\?token=(croft_invitation_\w+)/.exec(server.mails[0] ?? '') ?? []
  assert.equal((await people.findInvitation(token)).invitation.id, made.id)
  await people.acceptInvitation(null, { token, password: CHOSEN, ...visitor })
  const { email_unproven } = await db
    .selectFrom('users')
    .where('email', '=', 'ann@acme.com')
    .select('email_unproven')
    .executeTakeFirstOrThrow()
  assert.equal(email_unproven, false)
})

test('what somebody invited to ends with the role that it took', async (t) => {
  const app = await createPeopleApp(t)
  const { people, access, admin, db, workspaces } = app
  const { scope, boss } = await acme(app)
  const project = { id: newId(), workspace_id: scope.id, name: 'p' }
  await db.insertInto('projects').values(project).execute()
  const other = { type: 'workspace', id: workspaces[1].id } as const
  await access.createBinding(admin.call, {
    holder: { type: 'user', id: boss.id },
    role: 'workspace-admin',
    scope: other,
  })
  const principal = await access.authenticateSession(boss.session)
  assert.ok(principal)
  const call = { principal, requestId: 'r' }
  const invite = async (role: string, to: { type: 'workspace' | 'project'; id: string }) => {
    const { token } = await people.createInvitation(call, { email: 'boss+2@acme.com', role, scope: to })
    return () => codeOf(people.findInvitation(token ?? ''))
  }
  const there = await invite('workspace-admin', scope)
  const inside = await invite('project-admin', { type: 'project', id: project.id })
  const elsewhere = await invite('workspace-reader', other)
  assert.deepEqual([await there(), await inside(), await elsewhere()], ['done', 'done', 'done'])
  const held = { type: 'user', id: boss.id } as const
  const [first] = (await access.listBindings(admin.call, { holder: held, scope, page })).items
  await access.deleteBinding(admin.call, first?.id ?? '')
  assert.deepEqual(
    [await there(), await inside(), await elsewhere()],
    ['invitation-not-found', 'invitation-not-found', 'done'],
  )
  await access.unshareWorkspace(admin.call, { workspaceId: other.id, userId: boss.id })
  assert.equal(await elsewhere(), 'invitation-not-found')
})
