import { sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, requireWorkspace } from '../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import { getProject } from '../tenancy/index.ts'
import type { BackupTarget } from './entities.ts'
import {
  BACKUP_TARGET_COLUMNS,
  backupTargetFields,
  getBackupTarget,
  selectBackupTargets,
  toBackupTarget,
} from './read-targets.ts'

/** The kinds of credentials, which are those of the targets made of them. */
export type CredentialsKind = 'azure' | 'google' | 's3' | 's3-compatible'

/** A backup target in the words of what it was made of. */
export interface DescribedTarget extends BackupTarget {
  readonly organizationId: string
  /** Null for one that was given its place by itself. */
  readonly credentialsId: string | null
  readonly kind: CredentialsKind
  /** Or the container; of a directory its last step. */
  readonly bucket: string
  /** '' where none was asked for. */
  readonly region: string
}

export interface TargetFilter {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly kind?: string | undefined
  readonly bucket?: string | undefined
  readonly region?: string | undefined
  readonly credentialsId?: string | undefined
  /** Those that this deployment target may store in. */
  readonly deploymentTargetId?: string | undefined
}

const KIND = sql<CredentialsKind>`coalesce(credentialed_targets.type,
  case when backup_targets.type in ('azure', 'google') then backup_targets.type else 's3-compatible' end)`
const BUCKET = sql<string>`coalesce(credentialed_targets.bucket, backup_targets.config->>'bucket',
  backup_targets.config->>'container', substring(backup_targets.config->>'path' from '[^/]+$'), '')`
const REGION = sql<string>`coalesce(credentialed_targets.region, backup_targets.config->>'region', '')`

function selectDescribed(db: Executor) {
  return selectBackupTargets(db)
    .innerJoin('workspaces', 'workspaces.id', 'backup_targets.workspace_id')
    .leftJoin('credentialed_targets', 'credentialed_targets.backup_target_id', 'backup_targets.id')
    .select([
      'workspaces.organization_id',
      'credentialed_targets.backup_credentials_id',
      KIND.as('kind'),
      BUCKET.as('bucket'),
      REGION.as('region'),
    ])
}
type Row = Awaited<ReturnType<ReturnType<typeof selectDescribed>['execute']>>[number]

const toDescribed = (row: Row): DescribedTarget => ({
  ...toBackupTarget(row),
  organizationId: row.organization_id,
  credentialsId: row.backup_credentials_id,
  kind: row.kind,
  bucket: row.bucket,
  region: row.region,
})

const SORTED = {
  id: sql.ref<string>('backup_targets.id'),
  columns: {
    id: sql.ref('backup_targets.id'),
    name: sql.ref('backup_targets.name'),
    type: KIND,
    created_at: sql.ref('backup_targets.created_at'),
  },
  toItem: toDescribed,
}

function selectOf(db: Executor, workspaceId: string, filter: TargetFilter) {
  const texts = [
    [sql`backup_targets.name`, filter.name],
    [KIND, filter.kind],
    [BUCKET, filter.bucket],
    [REGION, filter.region],
  ] as const
  let query = selectDescribed(db).where('backup_targets.workspace_id', '=', workspaceId)
  for (const [column, value] of texts) {
    if (value !== undefined) query = query.where(sql<boolean>`${column} = ${value}`)
  }
  if (filter.id !== undefined) query = query.where('backup_targets.id', '=', filter.id)
  if (filter.credentialsId !== undefined) {
    query = query.where('credentialed_targets.backup_credentials_id', '=', filter.credentialsId)
  }
  const { deploymentTargetId } = filter
  if (deploymentTargetId === undefined) return query
  return query.where((eb) =>
    eb.exists(
      eb
        .selectFrom('deployment_targets')
        .select('deployment_targets.id')
        .where('deployment_targets.id', '=', deploymentTargetId)
        .where('deployment_targets.deleted_at', 'is', null)
        .whereRef('deployment_targets.workspace_id', '=', 'backup_targets.workspace_id'),
    ),
  )
}

/** A workspace's backup targets. Throws `workspace-not-found`. */
export async function describeTargets(
  db: Db,
  call: Call,
  workspaceId: string,
  filter: TargetFilter,
  page: SortedPageRequest,
): Promise<SortedPage<DescribedTarget>> {
  await requireWorkspace(db, call, workspaceId)
  const { where } = filterOf(call.principal, 'read', 'backup-targets', BACKUP_TARGET_COLUMNS)
  const isReadable = (found: DescribedTarget) =>
    isAllowed(call.principal, 'read', 'backup-targets', backupTargetFields(found))
  return readSortedPage(
    { query: selectOf(db, workspaceId, filter).where(where), ...SORTED, isReadable },
    page,
  )
}

/**
 * Where a project's backups can go: wherever its workspace's can. Who may read the project may see that, whatever else
 * of the workspace they may not. Throws `project-not-found`.
 */
export async function describeProjectTargets(
  db: Db,
  call: Call,
  projectId: string,
  filter: TargetFilter,
  page: SortedPageRequest,
): Promise<SortedPage<DescribedTarget>> {
  const { workspace } = await getProject(db, call, projectId)
  return readSortedPage({ query: selectOf(db, workspace.id, filter), ...SORTED }, page)
}

/** Throws `backup-target-not-found`, `forbidden`. */
export async function describeTarget(db: Executor, call: Call, id: string): Promise<DescribedTarget> {
  await getBackupTarget(db, call, id)
  return toDescribed(await selectDescribed(db).where('backup_targets.id', '=', id).executeTakeFirstOrThrow())
}
