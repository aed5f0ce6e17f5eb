import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { SubjectName } from '../access/index.ts'

/** A thing that is asked about, with all that is around it. */
export interface FoundEntity {
  readonly id: string
  readonly name: string
  readonly organizationId?: string | null
  readonly workspaceId?: string | null
  readonly projectId?: string | null
  readonly databaseId?: string | null
  readonly namespaceId?: string | null
  readonly branchId?: string | null
  readonly engine?: string | null
  readonly region?: string | null
  readonly size?: string | null
}

type Find = (db: Executor, id: string) => Promise<FoundEntity | undefined>

interface EntityType {
  /** What rules call it. */
  readonly subject: Extract<
    SubjectName,
    | 'organizations'
    | 'workspaces'
    | 'projects'
    | 'databases'
    | 'backups'
    | 'backup-targets'
    | 'deployment-targets'
    | 'templates'
    | 'tokens'
  >
  /** What it is made and listed in; null for what is in nothing. */
  readonly inside: string | null
  readonly find: Find
}

/** `from ... where` of one row; its columns are those of `FoundEntity`. */
const one =
  (text: (id: string) => ReturnType<typeof sql<FoundEntity>>): Find =>
  async (db, id) =>
    (await text(id).execute(db)).rows[0]

/** Of a table whose rows belong to a workspace and have a name. */
const inWorkspace = (table: string) =>
  one(
    (id) => sql<FoundEntity>`select id, name, workspace_id as "workspaceId" from ${sql.table(table)}
      where id = ${id} and deleted_at is null`,
  )

const template: EntityType = { subject: 'templates', inside: 'tenant', find: inWorkspace('templates') }
const backupStorage = (table: string): EntityType => ({
  subject: 'backup-targets',
  inside: 'tenant',
  find: inWorkspace(table),
})

/** What is made of a deployment: its place is the deployment's. */
const ofDeployment = (table: string, alive: string): EntityType => ({
  subject: 'backups',
  inside: 'deployment',
  find: one(
    (id) => sql<FoundEntity>`select it.id, '' as name, deployments.id as "databaseId",
        deployments.workspace_id as "workspaceId", deployments.project_id as "projectId",
        deployments.namespace_id as "namespaceId"
      from ${sql.table(table)} it join deployments on deployments.id = it.deployment_id
      where it.id = ${id} and ${sql.raw(alive)}`,
  ),
})

/** The kinds of things of the API, by the names that its paths and fields give them. */
export const ENTITY_TYPES: ReadonlyMap<string, EntityType> = new Map(
  Object.entries({
    account: {
      subject: 'organizations',
      inside: null,
      find: one((id) => sql<FoundEntity>`select id, name from organizations where id = ${id}`),
    },
    tenant: {
      subject: 'workspaces',
      inside: 'account',
      find: one(
        (id) => sql<FoundEntity>`select id, name, id as "workspaceId", organization_id as "organizationId"
          from workspaces where id = ${id}`,
      ),
    },
    project: {
      subject: 'projects',
      inside: 'tenant',
      find: one(
        (id) => sql<FoundEntity>`select id, name, id as "projectId", workspace_id as "workspaceId"
          from projects where id = ${id} and deleted_at is null`,
      ),
    },
    deployment: {
      subject: 'databases',
      inside: 'project',
      find: one(
        (id) => sql<FoundEntity>`select coalesce(databases.id, it.id) as id,
            coalesce(databases.name, it.name) as name, coalesce(databases.id, it.id) as "databaseId",
            projects.id as "projectId", projects.workspace_id as "workspaceId", databases.engine,
            databases.region, databases.size, databases.branch_id as "branchId",
            case when it.workspace_id = projects.workspace_id then it.namespace_id end as "namespaceId"
          from (select * from databases where id = ${id} and deleted_at is null) databases
          full join (select * from deployments where id = ${id} and deleted_at is null) it using (id)
          join projects on projects.id = coalesce(databases.project_id, it.project_id)`,
      ),
    },
    backup: ofDeployment('backup_plans', 'it.deleted_at is null'),
    backup_job: ofDeployment('backup_jobs', 'it.deleted_at is null'),
    restore: ofDeployment('deployment_restores', 'true'),
    deployment_target: {
      subject: 'deployment-targets',
      inside: 'tenant',
      find: inWorkspace('deployment_targets'),
    },
    namespace: {
      subject: 'deployment-targets',
      inside: 'deployment_target',
      // To rules a namespace is the deployment target that it is on.
      find: one(
        (id) => sql<FoundEntity>`select target.id, target.name, target.workspace_id as "workspaceId"
          from namespaces join deployment_targets target on target.id = namespaces.deployment_target_id
          where namespaces.id = ${id} and namespaces.deleted_at is null and target.deleted_at is null`,
      ),
    },
    backup_credentials: backupStorage('backup_credentials'),
    backup_target: backupStorage('backup_targets'),
    backup_policy: backupStorage('backup_policies'),
    application_configuration_template: template,
    resource_settings_template: template,
    storage_options_template: template,
    service_account: {
      subject: 'tokens',
      inside: 'tenant',
      find: one(
        (id) => sql<FoundEntity>`select id, coalesce(name, '') as name, workspace_id as "workspaceId"
          from access_tokens where id = ${id} and kind = 'service' and revoked_at is null`,
      ),
    },
  } satisfies Record<string, EntityType>),
)
