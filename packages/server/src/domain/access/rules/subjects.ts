/**
 * What may be done. The first five are for everything; the rest name more than a plain verb: Prisme.ai's list, and what
 * is ours: `manage_quarantine`, seeing databases that are in quarantine and bringing them back.
 */
export const ACTIONS = [
  'manage',
  'create',
  'read',
  'update',
  'delete',
  'manage_permissions',
  'manage_security',
  'manage_repositories',
  'read_app_dsul',
  'get_usage',
  'aggregate_search',
  'execute',
  'test',
  'manage_quarantine',
] as const
export type Action = (typeof ACTIONS)[number]

interface InWorkspace {
  readonly workspaceId: string
}
interface InProject extends InWorkspace {
  readonly projectId: string
}
interface InNamespace extends InProject {
  /** Of the deployment; null for a database that is in none. */
  readonly namespaceId?: string | null
}
interface OfDatabase extends InNamespace {
  readonly id: string
  readonly databaseId: string
}

/** The kinds of things that rules speak of, with the fields that their conditions may test. */
export interface Subjects {
  /** The installation itself: users, hosts, keys at rest, OAuth applications. */
  platform: Record<string, never>
  /** What every authenticated caller may look at: regions, sizes, engines, plans, environments. */
  regions: Record<string, never>
  organizations: { readonly id: string }
  workspaces: { readonly id: string; readonly organizationId?: string; readonly name?: string }
  projects: InWorkspace & { readonly id: string; readonly name: string }
  branches: InProject & { readonly id: string; readonly gitName: string; readonly role: string }
  databases: InNamespace & {
    readonly id: string
    readonly name: string
    readonly engine: string
    readonly region: string
    readonly size: string
    readonly branchId: string | null
  }
  credentials: OfDatabase & { readonly name: string }
  backups: OfDatabase
  'backup-targets': InWorkspace & { readonly id: string; readonly name: string }
  /** Where a workspace's databases can go, and the namespaces there. */
  'deployment-targets': InWorkspace & { readonly id: string; readonly name: string }
  /** What databases are ordered by: settings, resources, storage. */
  templates: InWorkspace & { readonly id: string; readonly name: string }
  /** Service tokens. */
  tokens: InWorkspace
  /** OAuth grants. */
  grants: InWorkspace
  /** Role bindings, invitations and custom roles. */
  roles: InWorkspace
  secrets: InWorkspace & { readonly name: string }
  apps: InWorkspace & { readonly id: string; readonly slug?: string; readonly name?: string }
  /** Functions and triggers. */
  automations: { readonly runningWorkspaceId: string; readonly slug?: string }
  /** Hosting assets. */
  pages: InWorkspace & { readonly id: string; readonly slug?: string }
  files: InWorkspace & { readonly id: string; readonly name?: string }
  /** The trail, and what clients emit to it. */
  events: {
    readonly id?: string
    readonly type: string
    readonly source: { readonly workspaceId: string | null } & Readonly<Record<string, unknown>>
    readonly payload?: unknown
    readonly target?: unknown
    readonly createdAt?: string
  }
}
export type SubjectName = keyof Subjects

/** One of each kind, for messages. */
export const SINGULAR: Readonly<Record<SubjectName, string>> = {
  platform: 'platform',
  regions: 'region',
  organizations: 'organization',
  workspaces: 'workspace',
  projects: 'project',
  branches: 'branch',
  databases: 'database',
  credentials: 'credential',
  backups: 'backup',
  'backup-targets': 'backup target',
  'deployment-targets': 'deployment target',
  templates: 'template',
  tokens: 'token',
  grants: 'grant',
  roles: 'role',
  secrets: 'secret',
  apps: 'app',
  automations: 'automation',
  pages: 'page',
  files: 'file',
  events: 'event',
}

/** Where something belongs; a role is held at one of these. */
export type Level = 'platform' | 'organization' | 'workspace' | 'project' | 'namespace' | 'database' | 'app'
type Inner = Exclude<Level, 'platform' | 'organization'>

/** The field of each kind that says in which workspace, project ... it is; kinds that are not inside one lack it. */
export const SCOPE_FIELDS: Readonly<Record<Inner, Readonly<Partial<Record<SubjectName, string>>>>> = {
  workspace: {
    workspaces: 'id',
    projects: 'workspaceId',
    branches: 'workspaceId',
    databases: 'workspaceId',
    credentials: 'workspaceId',
    backups: 'workspaceId',
    'backup-targets': 'workspaceId',
    'deployment-targets': 'workspaceId',
    templates: 'workspaceId',
    tokens: 'workspaceId',
    grants: 'workspaceId',
    roles: 'workspaceId',
    secrets: 'workspaceId',
    apps: 'workspaceId',
    automations: 'runningWorkspaceId',
    pages: 'workspaceId',
    files: 'workspaceId',
    events: 'source.workspaceId',
  },
  project: {
    projects: 'id',
    branches: 'projectId',
    databases: 'projectId',
    credentials: 'projectId',
    backups: 'projectId',
  },
  namespace: { databases: 'namespaceId', credentials: 'namespaceId', backups: 'namespaceId' },
  database: { databases: 'id', credentials: 'databaseId', backups: 'databaseId' },
  app: { apps: 'id' },
}

/** All that is inside a workspace. */
export const IN_WORKSPACE = Object.keys(SCOPE_FIELDS.workspace) as readonly SubjectName[]
