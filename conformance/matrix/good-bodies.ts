import { linkTo } from './dbaas/links.ts'
import type { Ids } from './tenant.ts'

const PASSWORD = 'twelve or more'
const RULES = [
  {
    action: ['read', 'update'],
    subject: 'databases',
    inverted: true,
    reason: 'more',
    conditions: { name: 'more' },
    priority: 1,
    role: 'guest',
  },
]

/** A link of a body, by the field that it is in. */
const links = (ids: Ids, ...kinds: readonly ('database' | 'project' | 'plan' | 'environment')[]) =>
  Object.fromEntries(kinds.map((kind) => [kind, linkTo(kind, ids[kind])]))

const now = () => new Date().toISOString()

/**
 * A body for each operation that takes one, with an id in every place that takes one; what cannot go together is
 * a body of its own. All are of things that exist.
 */
export const GOOD_BODIES: Readonly<Record<string, (ids: Ids) => readonly Record<string, unknown>[]>> = {
  'prisma.createWorkspace': () => [{ displayName: 'more' }],
  'prisma.createServiceToken': () => [{ name: 'more' }],
  'prisma.createProject': (ids) => [{ name: 'more', createDatabase: false, workspaceId: ids.workspace }],
  'prisma.updateProject': () => [{ name: 'renamed' }],
  'prisma.transferProject': () => [{ recipientAccessToken: 'nobody’s' }],
  'prisma.createBranch': () => [{ gitName: 'more' }],
  'prisma.updateBranch': () => [{ isDefault: true }],
  'prisma.createProjectDatabase': (ids) => [
    { name: 'more', source: { type: 'database', databaseId: ids.database } },
    { name: 'more', source: { type: 'backup', databaseId: ids.database, backupId: ids.backup } },
    { name: 'more', fromDatabase: { id: ids.database, backupId: ids.backup } },
  ],
  'prisma.createDatabase': (ids) => [
    { projectId: ids.project, branchId: ids.branch, source: { type: 'database', databaseId: ids.database } },
    {
      projectId: ids.project,
      source: { type: 'backup', databaseId: ids.database, backupId: ids.backup },
    },
  ],
  'prisma.updateDatabase': (ids) => [{ name: 'renamed', branchId: ids.branch }],
  'prisma.restoreDatabase': (ids) => [
    { source: { type: 'backup', databaseId: ids.database, backupId: ids.backup } },
    { source: { type: 'database', databaseId: ids.database, at: now() } },
  ],
  'prisma.createDatabaseConnection': () => [{ name: 'more' }],
  'prisma.createConnection': (ids) => [{ databaseId: ids.database, name: 'more' }],
  'croft.createDatabase': (ids) => [
    {
      name: 'more',
      projectId: ids.project,
      source: { type: 'backup', databaseId: ids.database, backupId: ids.backup },
    },
    { name: 'more', projectId: ids.project, source: { type: 'database', databaseId: ids.database } },
    {
      name: 'more',
      projectId: ids.project,
      source: { type: 'database', databaseId: ids.database, at: now() },
    },
  ],
  'croft.updateDatabase': () => [{ name: 'renamed' }],
  'croft.restoreDatabase': (ids) => [
    { backupId: ids.backup, databaseId: ids.database },
    { source: { type: 'backup', backupId: ids.backup, databaseId: ids.database, force: true } },
    { source: { type: 'database', databaseId: ids.database, at: now() } },
    { source: { type: 'database', databaseId: ids.database, restorePoint: ids.restorePoint } },
    { source: { type: 'point-in-time', at: now() } },
    { source: { type: 'restore-point', name: ids.restorePoint } },
  ],
  'croft.createRestorePoint': () => [{ name: 'more' }],
  'croft.createBackupTarget': () => [
    {
      name: 'more',
      location: {
        type: 's3',
        endpoint: 'https://s3.example.com',
        region: 'eu-central-1',
        bucket: 'more',
        prefix: 'more',
        pathStyle: true,
        accessKeyId: 'more',
        secretAccessKey: 'more',
      },
    },
  ],
  'croft.updateBackupTarget': () => [{ name: 'renamed', location: { accessKeyId: 'more' } }],
  'croft.setBackupPolicy': (ids) => [
    {
      targetId: ids.backupTarget,
      schedule: '0 3 * * *',
      retentionDays: 7,
      incremental: 'auto',
      encryption: true,
      archive: true,
    },
  ],
  'croft.createPlan': () => [
    { name: 'more', description: 'more', engine: 'postgres', version: null, size: 'nano', isActive: true },
  ],
  'croft.updatePlan': () => [{ name: 'renamed', description: null, isActive: true }],
  'croft.createEnvironment': () => [{ name: 'more', region: 'us-east-1', namespace: 'more' }],
  'croft.updateEnvironment': () => [{ name: 'renamed', namespace: 'renamed' }],
  'croft.createCredential': () => [{ name: 'more' }],
  'croft.createToken': (ids) => [{ name: 'more', workspaceId: ids.workspace }],
  'croft.createApiKey': (ids) => [
    { name: 'more', workspaceId: ids.workspace, rules: [{ action: 'read', subject: 'databases' }] },
  ],
  'croft.updateApiKey': () => [{ name: 'renamed', rules: RULES, disabled: true }],
  'croft.createOrganization': () => [{ name: 'more' }],
  'croft.createWorkspace': (ids) => [{ name: 'more', organizationId: ids.organization }],
  'croft.createRoleBinding': (ids) => [
    ...(['organization', 'workspace', 'project', 'database'] as const).map((type) => ({
      holder: { type: 'user', id: ids.user },
      role: `${type}-reader`,
      scope: { type, id: ids[type] },
    })),
    {
      holder: { type: 'identity', id: ids.identity },
      role: 'workspace-reader',
      scope: { type: 'workspace', id: ids.workspace },
    },
  ],
  'croft.createServiceIdentity': (ids) => [{ name: 'more', organizationId: ids.organization }],
  'croft.updateServiceIdentity': () => [{ name: 'renamed', enabled: false }],
  'croft.createKeyPair': (ids) => [{ name: 'more', organizationId: ids.organization }],
  'croft.updateKeyPair': () => [{ name: 'renamed', enabled: false }],
  'croft.createUserKey': () => [{ name: 'more', expiresAt: '2100-01-01T00:00:00Z' }],
  'croft.updateUserKey': () => [{ name: 'renamed', enabled: false }],
  'croft.createUser': () => [{ email: 'more@example.com', displayName: 'more', password: PASSWORD }],
  'croft.updateUser': () => [{ displayName: 'renamed' }],
  'croft.changePassword': () => [{ password: PASSWORD, newPassword: PASSWORD }],
  'croft.beginSecondFactor': () => [{ password: PASSWORD }],
  'croft.confirmSecondFactor': () => [{ code: '000000' }],
  'croft.disableSecondFactor': () => [{ password: PASSWORD, code: '000000' }],
  'croft.createInvitation': (ids) =>
    (['organization', 'workspace', 'project', 'database'] as const).map((type) => ({
      email: 'more@example.com',
      role: `${type}-reader`,
      scope: { type, id: ids[type] },
    })),
  'croft.acceptInvitation': () => [{ token: 'nobody’s' }],
  'croft.setEventRetention': () => [{ days: 36_500 }],
  'croft.exchangeSecret': () => [{ clientId: 'nobody’s', clientSecret: 'nobody’s' }],
  'croft.logIn': () => [{ email: 'nobody@example.com', password: PASSWORD, code: '000000' }],
  'croft.requestPasswordReset': () => [{ email: 'nobody@example.com' }],
  'croft.resetPassword': () => [{ token: 'nobody’s', password: PASSWORD }],
  'croft.joinByInvitation': () => [
    { token: 'nobody’s', password: PASSWORD, code: '000000', displayName: 'more' },
  ],
  'prismeai.createApiKey': () => [{ name: 'more', rules: RULES }],
  'prismeai.replaceApiKey': () => [{ name: 'renamed', rules: RULES }],
  'prismeai.putSecurity': () => [
    {
      authorizations: { roles: { guest: { description: 'more', auth: {} } }, rules: RULES },
      authentication: { clientId: 'more' },
    },
  ],
  'prismeai.share': (ids) => [
    { target: { id: ids.user }, permissions: { policies: { read: true } } },
    { target: { id: ids.user }, permissions: { role: 'editor' } },
  ],
  'prismeai.emitEvents': () => [
    { events: [{ type: 'more', payload: 1, target: {}, source: { serviceTopic: 'more' } }] },
  ],
  'croft.createOAuthApplication': () => [
    { name: 'more', redirectUris: ['http://localhost/callback'], confidential: true },
  ],
  'dbaas.createDatabase': (ids) => [
    { name: 'more of DBaaS', ...links(ids, 'plan', 'environment', 'project') },
  ],
  'dbaas.replaceDatabase': (ids) => [{ ...links(ids, 'project'), quarantine_dt: null }],
  'dbaas.updateDatabase': (ids) => [{ ...links(ids, 'project'), quarantine_dt: null }],
  'dbaas.createCredential': (ids) => [{ user: 'more', ...links(ids, 'database') }],
  'dbaas.replaceCredential': () => [{}],
  'dbaas.updateCredential': () => [{}],
  'dbaas.createProject': () => [{ name: 'more of DBaaS' }],
  'dbaas.replaceProject': () => [{ name: 'renamed by DBaaS' }],
  'dbaas.updateProject': () => [{ name: 'renamed by DBaaS' }],
}
