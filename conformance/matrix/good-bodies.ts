import type { Ids } from './tenant.ts'

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
  ],
  'croft.updateDatabase': () => [{ name: 'renamed' }],
  'croft.restoreDatabase': (ids) => [{ backupId: ids.backup, databaseId: ids.database }],
  'croft.createCredential': () => [{ name: 'more' }],
  'croft.createToken': (ids) => [{ name: 'more', workspaceId: ids.workspace }],
  'croft.createOAuthApplication': () => [
    { name: 'more', redirectUris: ['http://localhost/callback'], confidential: true },
  ],
}
