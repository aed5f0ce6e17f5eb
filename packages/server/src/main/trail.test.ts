import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOTP } from 'otpauth'
import { createTestUser, PASSWORD } from '../../test/access.ts'
import { CHANGES, createWalk } from '../../test/trail-walk.ts'
import { recordEngines } from '../domain/engines/index.ts'
import { encodeBase36, newId } from '../platform/ids/index.ts'

/** Operations that change nothing worth telling. */
const SILENT: Readonly<Record<string, string>> = {}
/** Needs a mail server, with which invitations would not tell their links; its own test looks at its event. */
const ELSEWHERE = ['croft.requestPasswordReset']

test('every operation that changes something leaves an event, and no secret is ever in one', async (t) => {
  const walk = await createWalk(t)
  const { use, access, db, system, acme, settle, otherToken } = walk
  const { id: userId } = await createTestUser(walk, 'root@example.com', 'platform-admin', {
    type: 'platform',
    id: null,
  })
  const admin = await access.createUserToken(system, { userId, name: 'admin' })
  const canary = () => `canary-${newId()}`
  const rules = [{ action: 'read', subject: 'databases' }]

  // Tenancy, and who may do what.
  const organization = (await use('croft.createOrganization', { as: admin, body: { name: 'Third' } })).body
  await use('croft.createWorkspace', { as: admin, body: { name: 'W', organizationId: organization.id } })
  await use('prisma.createWorkspace', { as: admin, body: { displayName: 'W2' } })
  await use('croft.setEventRetention', { params: { id: acme.id }, body: { days: 700 } })
  const made = (await use('croft.createToken', { body: { name: 'deploy' } })).body
  await use('croft.revokeToken', { params: { id: made.id ?? '' } })
  const workspaceId = encodeBase36(acme.id) ?? ''
  const ci = (await use('prisma.createServiceToken', { params: { workspaceId }, body: { name: 'ci' } })).body
    .data
  await use('prisma.deleteServiceToken', { params: { workspaceId, serviceTokenId: String(ci.id) } })
  const key = (await use('croft.createApiKey', { body: { name: 'key', rules } })).body
  await use('croft.updateApiKey', { params: { id: key.id ?? '' }, body: { disabled: true } })
  await use('croft.deleteApiKey', { params: { id: key.id ?? '' } })
  const there = { workspaceId: acme.id }
  const theirs = (await use('prismeai.createApiKey', { params: there, body: { name: 'p', rules } })).body
  const which = { ...there, apiKey: theirs.apiKey ?? '' }
  await use('prismeai.replaceApiKey', { params: which, body: { name: 'q', rules } })
  await use('prismeai.deleteApiKey', { params: which })
  await use('prismeai.putSecurity', { params: there, body: { authorizations: { rules: [], roles: {} } } })
  await use('prismeai.emitEvents', {
    params: there,
    body: { events: [{ type: 'mine.done', payload: { n: 1 } }] },
  })
  const application = (
    await use('croft.createOAuthApplication', {
      as: admin,
      body: { name: 'app', redirectUris: ['https://example.com/back'], confidential: true },
    })
  ).body
  const grant = async () => {
    const id = newId()
    await db
      .insertInto('oauth_grants')
      .values({
        id,
        application_id: application.id ?? '',
        workspace_id: acme.id,
        user_id: userId,
        scopes: ['workspace:admin'],
      })
      .execute()
    return encodeBase36(id) ?? ''
  }
  await use('prisma.deleteIntegration', { params: { id: await grant() } })
  await grant()
  await use('prisma.deleteWorkspaceIntegration', {
    params: { workspaceId, clientId: application.clientId ?? '' },
  })
  await use('croft.deleteOAuthApplication', { as: admin, params: { id: application.id ?? '' } })
  for (const [noun, plural] of [
    ['ServiceIdentity', 'identity'],
    ['KeyPair', 'pair'],
  ] as const) {
    const body = { name: plural, organizationId: acme.organizationId }
    const identity = (await use(`croft.create${noun}`, { as: admin, body })).body
    const params = { id: identity.id ?? '' }
    await use(`croft.update${noun}`, { as: admin, params, body: { name: 'other' } })
    const { clientId, clientSecret } = (await use(`croft.regenerate${noun}`, { as: admin, params })).body
    if (noun === 'ServiceIdentity') {
      await use('croft.exchangeSecret', { as: null, body: { clientId, clientSecret } })
    }
    await use(`croft.delete${noun}`, { as: admin, params })
  }
  const userKey = (await use('croft.createUserKey', { as: admin, body: { name: 'mine' } })).body
  await use('croft.updateUserKey', { as: admin, params: { id: userKey.id ?? '' }, body: { enabled: false } })
  await use('croft.deleteUserKey', { as: admin, params: { id: userKey.id ?? '' } })
  await use('croft.rotateKeys', { as: admin })

  // People.
  const password = canary()
  const ada = (await use('croft.createUser', { as: admin, body: { email: 'ada@example.com', password } }))
    .body
  const adaId = ada.id ?? ''
  await use('croft.updateUser', { as: admin, params: { id: adaId }, body: { displayName: 'Ada' } })
  const scope = { type: 'workspace', id: acme.id }
  const binding = (
    await use('croft.createRoleBinding', {
      as: admin,
      body: { holder: { type: 'user', id: adaId }, role: 'workspace-reader', scope },
    })
  ).body
  await use('croft.deleteRoleBinding', { as: admin, params: { id: binding.id ?? '' } })
  await use('prismeai.share', {
    as: admin,
    params: there,
    body: { target: { id: adaId }, permissions: { role: 'editor' } },
  })
  await use('prismeai.unshare', { as: admin, params: { ...there, id: adaId } })
  const logIn = async (word: string) => {
    const { body, cookie } = await use('croft.logIn', {
      as: null,
      body: { email: 'ada@example.com', password: word },
    })
    const session = { as: null, headers: { cookie, 'x-csrf-token': body.csrfToken ?? '' } }
    return { session, id: body.id ?? '' }
  }
  const { session } = await logIn(password)
  await use('croft.endSession', { ...session, params: { id: (await logIn(password)).id } })
  await logIn(password)
  await use('croft.endOtherSessions', session)
  const newPassword = canary()
  await use('croft.changePassword', { ...session, body: { password, newPassword } })
  const codeOf = (secret: string | undefined) => new TOTP({ secret: secret ?? '' }).generate()
  const enrol = async () => {
    const { secret } = (await use('croft.beginSecondFactor', { ...session, body: { password: newPassword } }))
      .body
    const { body } = await use('croft.confirmSecondFactor', { ...session, body: { code: codeOf(secret) } })
    return (body as unknown as { recoveryCodes: string[] }).recoveryCodes
  }
  const [recovery = ''] = await enrol()
  await use('croft.disableSecondFactor', { ...session, body: { password: newPassword, code: recovery } })
  await enrol()
  await use('croft.removeSecondFactor', { as: admin, params: { id: adaId } })
  await use('croft.logOut', (await logIn(newPassword)).session)
  const { link = '' } = (await use('croft.createPasswordReset', { as: admin, params: { id: adaId } })).body
  const tokenOf = (text: string) => new URL(text).searchParams.get('token') ?? ''
  await use('croft.resetPassword', { as: null, body: { token: tokenOf(link), password: canary() } })
  const invite = async (email: string) =>
    (await use('croft.createInvitation', { as: admin, body: { email, role: 'workspace-reader', scope } }))
      .body
  await use('croft.deleteInvitation', {
    as: admin,
    params: { id: (await invite('eve@example.com')).id ?? '' },
  })
  const joining = tokenOf((await invite('bob@example.com')).link ?? '')
  await use('croft.joinByInvitation', { as: null, body: { token: joining, password: canary() } })
  const accepting = tokenOf((await invite('root@example.com')).link ?? '')
  const root = await use('croft.logIn', { as: null, body: { email: 'root@example.com', password: PASSWORD } })
  await use('croft.acceptInvitation', {
    as: null,
    headers: { cookie: root.cookie, 'x-csrf-token': root.body.csrfToken ?? '' },
    body: { token: accepting },
  })

  // Databases, as our own API has them.
  const project = (await use('prisma.createProject', { body: { name: 'shop' } })).body.data
  const projectId = String(project.id)
  const database = (await use('croft.createDatabase', { body: { name: 'orders' } })).body
  const id = { id: database.id ?? '' }
  await settle()
  await use('croft.updateDatabase', { params: id, body: { name: 'bills' } })
  const credential = (await use('croft.createCredential', { params: id, body: { name: 'app' } })).body
  await use('croft.rotateCredential', { params: { id: credential.id ?? '' } })
  await use('croft.deleteCredential', { params: { id: credential.id ?? '' } })
  const backup = (await use('croft.createBackup', { params: id })).body
  await settle()
  await use('croft.verifyBackup', { params: { id: backup.id ?? '' } })
  const away = (
    await use('croft.createBackupTarget', {
      as: admin,
      params: { id: acme.id },
      body: {
        name: 'away',
        location: {
          type: 's3',
          endpoint: 'https://s3.example.com',
          region: 'eu-central-1',
          bucket: 'backups',
          accessKeyId: 'AKIA',
          secretAccessKey: canary(),
        },
      },
    })
  ).body
  const place = { id: away.id ?? '' }
  await use('croft.updateBackupTarget', { params: place, body: { location: { secretAccessKey: canary() } } })
  await use('croft.probeBackupTarget', { params: place })
  await use('croft.setBackupPolicy', {
    params: id,
    body: {
      ...{ targetId: null, schedule: null, retentionDays: 3 },
      ...{ incremental: 'auto', encryption: true, archive: true },
    },
  })
  await use('croft.showBackupKey', { params: id })
  await use('croft.deleteBackupTarget', { params: place })
  const point = (await use('croft.createRestorePoint', { params: id, body: { name: 'before' } })).body
  await use('croft.deleteRestorePoint', { params: { id: point.id ?? '' } })
  await use('croft.restoreDatabase', { params: id, body: { backupId: backup.id } })
  await settle()
  await use('croft.quarantineDatabase', { params: id })
  await use('croft.releaseDatabase', { params: id })
  await use('croft.deleteDatabase', { params: id })
  await use('croft.purgeDeletedDatabase', { params: id })

  // What can be ordered.
  await recordEngines(db, [{ engine: 'postgres', version: '18', installed: true }])
  const region = { name: 'qa', region: 'us-east-1', namespace: 'qa' }
  const environment = (await use('croft.createEnvironment', { as: admin, body: region })).body
  const inEnvironment = { as: admin, params: { id: environment.id ?? '' } }
  await use('croft.updateEnvironment', { ...inEnvironment, body: { name: 'test' } })
  const tiny = { name: 'tiny', engine: 'postgres', size: 'nano', environmentIds: [environment.id] }
  const plan = (await use('croft.createPlan', { as: admin, body: tiny })).body
  const ofPlan = { as: admin, params: { id: plan.id ?? '' } }
  await use('croft.updatePlan', { ...ofPlan, body: { isDefault: true } })
  await use('croft.deletePlan', ofPlan)
  await use('croft.deleteEnvironment', inEnvironment)

  // And as Prisma's has them.
  await use('prisma.updateProject', { params: { id: projectId }, body: { name: 'store' } })
  const branch = (await use('prisma.createBranch', { params: { projectId }, body: { gitName: 'dev' } })).body
    .data
  const main = (await use('prisma.createBranch', { params: { projectId }, body: { gitName: 'next' } })).body
    .data
  await use('prisma.updateBranch', { params: { branchId: String(main.id) }, body: { isDefault: true } })
  await use('prisma.deleteBranch', { params: { branchId: String(branch.id) } })
  await use('prisma.createProjectDatabase', { params: { projectId }, body: { name: 'two' } })
  const third = (await use('prisma.createDatabase', { body: { projectId, name: 'three' } })).body.data
  const databaseId = String(third.id)
  await settle()
  await use('prisma.updateDatabase', { params: { databaseId }, body: { name: 'drei' } })
  const connection = (
    await use('prisma.createDatabaseConnection', { params: { databaseId }, body: { name: 'c' } })
  ).body.data
  await use('prisma.rotateConnection', { params: { id: String(connection.id) } })
  await use('prisma.deleteConnection', { params: { id: String(connection.id) } })
  await use('prisma.createConnection', { body: { databaseId, name: 'd' } })
  const raw = await db
    .selectFrom('databases')
    .select('id')
    .where('name', '=', 'drei')
    .executeTakeFirstOrThrow()
  const spare = (await use('croft.createBackup', { params: { id: raw.id } })).body
  await settle()
  await use('prisma.restoreDatabase', {
    params: { targetDatabaseId: databaseId },
    body: { source: { type: 'backup', databaseId, backupId: encodeBase36(spare.id ?? '') } },
  })
  await settle()
  await use('prisma.deleteDatabase', { params: { databaseId } })
  const moved = (await use('prisma.createProject', { body: { name: 'moving', createDatabase: false } })).body
    .data
  await use('prisma.transferProject', {
    params: { id: String(moved.id) },
    body: { recipientAccessToken: otherToken },
  })
  await use('prisma.deleteProject', { params: { id: projectId } })

  const missed = [...CHANGES.keys()].filter((name) => !walk.done.has(name) && !ELSEWHERE.includes(name))
  assert.deepEqual(missed, [], 'operations that this test does not use yet: add them above')
  assert.deepEqual(
    [...new Set(walk.silent)].filter((name) => SILENT[name] === undefined),
    [],
    'operations that leave no event',
  )
  const events = JSON.stringify(await db.selectFrom('events').selectAll().execute())
  assert.ok(walk.secrets.size > 30, `only ${walk.secrets.size} secrets were seen`)
  assert.deepEqual(
    [...walk.secrets].filter((secret) => events.includes(secret)),
    [],
    'secrets that the trail tells',
  )
})
