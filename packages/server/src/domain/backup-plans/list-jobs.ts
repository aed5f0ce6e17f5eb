import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import { getProject } from '../tenancy/index.ts'
import { ensureJobs } from './ensure-jobs.ts'
import type { BackupJob } from './entities.ts'
import { backupColumns } from './plan-fields.ts'
import { jobFields, selectJobs, toJob } from './read-jobs.ts'
import { getPlan } from './read-plans.ts'

export interface JobFilter {
  readonly id?: string | undefined
  readonly deploymentId?: string | undefined
  readonly deploymentTargetId?: string | undefined
  readonly planId?: string | undefined
  readonly namespaceId?: string | undefined
  readonly name?: string | undefined
}

const COLUMNS = {
  id: sql.ref('backup_jobs.id'),
  name: sql.ref('backup_jobs.name'),
  created_at: sql.ref('backup_jobs.created_at'),
}
export const JOB_SORTS = Object.keys(COLUMNS)

/** Those of a project that the caller may read. Throws `project-not-found`. */
export async function listJobs(
  db: Db,
  call: Call,
  projectId: string,
  filter: JobFilter,
  page: SortedPageRequest,
): Promise<SortedPage<BackupJob>> {
  await getProject(db, call, projectId)
  await ensureJobs(db, { projectId })
  const { where, exact } = filterOf(call.principal, 'read', 'backups', backupColumns('backup_jobs'))
  const conditions = Object.entries({
    'backup_jobs.id': filter.id,
    'backup_jobs.deployment_id': filter.deploymentId,
    'backup_jobs.deployment_target_id': filter.deploymentTargetId,
    'backup_jobs.backup_plan_id': filter.planId,
    'backup_jobs.namespace_id': filter.namespaceId,
    'backup_jobs.name': filter.name,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const isReadable = (job: BackupJob) => isAllowed(call.principal, 'read', 'backups', jobFields(job))
  return readSortedPage(
    {
      query: conditions.reduce(
        (query, [column, value]) => query.where(sql<boolean>`${sql.ref(column)} = ${value}`),
        selectJobs(db).where('backup_jobs.project_id', '=', projectId).where(where),
      ),
      columns: COLUMNS,
      id: sql.ref('backup_jobs.id'),
      toItem: toJob,
      ...(exact ? {} : { isReadable }),
    },
    page,
  )
}

/** Those of a plan, newest first: clients look at the first. Throws `backup-not-found`. */
export async function listPlanJobs(db: Db, call: Call, planId: string): Promise<readonly BackupJob[]> {
  await getPlan(db, call, planId)
  const rows = await selectJobs(db)
    .where('backup_jobs.backup_plan_id', '=', planId)
    .orderBy('backup_jobs.created_at', 'desc')
    .orderBy('backup_jobs.id', 'desc')
    .limit(MOST)
    .execute()
  return rows.map(toJob)
}

/** A list that comes whole has an end. */
const MOST = 5000
