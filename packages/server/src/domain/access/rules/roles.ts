import type { Action, Level, SubjectName } from './subjects.ts'

export interface Role {
  readonly level: Level
  readonly title: string
  readonly permissions: readonly {
    readonly actions: readonly Action[]
    readonly subjects: readonly SubjectName[]
  }[]
}

const DATA = ['databases', 'credentials', 'backups'] as const
const IN_PROJECT = ['projects', 'branches', ...DATA] as const
const CONTENT = ['apps', 'pages', 'files', 'automations'] as const
/** What databases are ordered with and where they go. */
const OFFER = ['backup-targets', 'deployment-targets', 'templates'] as const
const SECURITY = ['tokens', 'grants', 'roles', 'secrets'] as const
const IN_WORKSPACE = ['workspaces', ...OFFER, ...IN_PROJECT, ...CONTENT, ...SECURITY, 'events'] as const

/** What `manage` is of databases, but for those in quarantine: those are for who answers for the place they are in. */
const EVERY_DAY = ['create', 'read', 'update', 'delete'] as const

const all = (...subjects: SubjectName[]) => ({ actions: ['manage'] as const, subjects })
const everyDay = (...subjects: SubjectName[]) => ({ actions: EVERY_DAY, subjects })
const read = (...subjects: SubjectName[]) => ({ actions: ['read'] as const, subjects })
const run = { actions: ['execute', 'test'], subjects: ['automations'] } as const

/**
 * The built-in roles. A role is held at its level: of one organization, one workspace ... and reaches all that is
 * inside. The API of Portworx calls organizations accounts and workspaces tenants.
 */
export const ROLES = {
  'platform-admin': {
    level: 'platform',
    title: 'Everything, everywhere',
    permissions: [{ actions: ['manage'], subjects: [] }],
  },
  // What every caller who is known has anyway; only PDS gives it by name.
  'platform-member': {
    level: 'platform',
    title: 'Sees what there is to choose from, as everybody who is logged in does',
    permissions: [read('regions')],
  },
  'organization-admin': {
    level: 'organization',
    title: 'Everything in the organization and its workspaces',
    permissions: [all('organizations', ...IN_WORKSPACE)],
  },
  // Not read-only: in Portworx' product an account's reader makes and deletes databases, but no backups.
  'organization-reader': {
    level: 'organization',
    title: 'Sees everything in the organization, and makes and deletes databases',
    permissions: [
      read('organizations', 'workspaces', ...OFFER, ...IN_PROJECT, ...CONTENT, 'events'),
      everyDay('databases'),
      all('credentials'),
    ],
  },
  'workspace-admin': {
    level: 'workspace',
    title: 'Everything in the workspace',
    permissions: [all(...IN_WORKSPACE)],
  },
  'workspace-editor': {
    level: 'workspace',
    title: 'Works with all that the workspace holds, but decides nothing about access',
    permissions: [
      { actions: ['read', 'update', 'get_usage', 'aggregate_search'], subjects: ['workspaces'] },
      read(...OFFER),
      everyDay('databases'),
      all('projects', 'branches', 'credentials', 'backups', 'apps', 'pages', 'files'),
      run,
      { actions: ['create', 'read'], subjects: ['events'] },
    ],
  },
  'workspace-reader': {
    level: 'workspace',
    title: 'Sees everything in the workspace, secrets excepted',
    permissions: [
      read('workspaces', ...OFFER, ...IN_PROJECT, ...CONTENT, 'tokens', 'grants', 'roles', 'events'),
    ],
  },
  'project-admin': {
    level: 'project',
    title: 'Everything in the project',
    permissions: [all(...IN_PROJECT)],
  },
  'project-writer': {
    level: 'project',
    title: 'Makes, changes and deletes what the project holds, not the project itself',
    permissions: [read('projects'), everyDay('databases'), all('branches', 'credentials', 'backups')],
  },
  'project-reader': {
    level: 'project',
    title: 'Sees everything in the project',
    permissions: [read(...IN_PROJECT)],
  },
  'namespace-admin': {
    level: 'namespace',
    title: 'Makes, changes, deletes and restores databases in the namespace, and sees its target',
    permissions: [all(...DATA)],
  },
  'namespace-reader': {
    level: 'namespace',
    title: 'Sees the databases of the namespace, and its target',
    permissions: [read(...DATA)],
  },
  'database-admin': {
    level: 'database',
    title: 'Everything with one database',
    permissions: [all(...DATA)],
  },
  'database-reader': {
    level: 'database',
    title: 'Sees one database',
    permissions: [read(...DATA)],
  },
  'app-admin': { level: 'app', title: 'Everything with one app', permissions: [all('apps')] },
  'app-reader': { level: 'app', title: 'Sees one app', permissions: [read('apps')] },
} as const satisfies Record<string, Role>

export type RoleName = keyof typeof ROLES
export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[]
export const isRoleName = (name: string): name is RoleName => Object.hasOwn(ROLES, name)
export const roleOf = (name: RoleName): Role => ROLES[name]
