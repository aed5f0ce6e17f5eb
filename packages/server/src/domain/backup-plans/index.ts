import type { Call } from '../access/index.ts'
import type { DeploymentDeps } from '../deployments/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import { createPlan, type PlanWish } from './create-plan.ts'
import { deleteJob, deletePlanJob } from './delete-job.ts'
import { deletePlan } from './delete-plan.ts'
import { getTask } from './get-task.ts'
import { type JobFilter, listJobs, listPlanJobs } from './list-jobs.ts'
import { listPlans, type PlanFilter, type PlansOf } from './list-plans.ts'
import type { RestoreWish } from './order-restore.ts'
import { getJob } from './read-jobs.ts'
import { getPlan } from './read-plans.ts'
import { getRestore, type RestoreReport } from './read-restores.ts'
import { type ReportedJob, reportJob } from './report-job.ts'
import { reportRestore } from './report-restore.ts'
import { restorability } from './restorability.ts'
import { retryRestore, startRestore } from './start-restore.ts'
import { updatePlan } from './update-plan.ts'

export type {
  BackupJob,
  BackupPlan,
  DeploymentRestore,
  DeploymentSpec,
  JobReport,
  JobStatus,
  RestoreStatus,
  Task,
} from './entities.ts'
export { JOB_SORTS } from './list-jobs.ts'
export { PLAN_SORTS } from './list-plans.ts'
export { plansOf } from './read-plans.ts'
export type { RestoreCondition } from './restorability.ts'
export { type PlanDeps, runPlans } from './run-plans.ts'
export { setScheduledBackup, type WantedSchedule } from './set-scheduled-backup.ts'

/** What deployments are backed up by, each backup that was made, and what is restored of them. */
export function createBackupPlans(deps: DeploymentDeps) {
  const { db } = deps
  return {
    listPlans: (call: Call, of: PlansOf, filter: PlanFilter, page: SortedPageRequest) =>
      listPlans(db, call, of, filter, page),
    createPlan: (call: Call, deploymentId: string, wish: PlanWish) =>
      createPlan(deps, call, deploymentId, wish),
    getPlan: (call: Call, id: string) => getPlan(db, call, id),
    updatePlan: (call: Call, id: string, changes: Parameters<typeof updatePlan>[3]) =>
      updatePlan(db, call, id, changes),
    deletePlan: (call: Call, id: string, how: { localOnly: boolean }) => deletePlan(db, call, id, how),
    listPlanJobs: (call: Call, planId: string) => listPlanJobs(db, call, planId),
    deletePlanJob: (call: Call, planId: string, name: string, how: { localOnly: boolean }) =>
      deletePlanJob(db, call, planId, name, how),
    listJobs: (call: Call, projectId: string, filter: JobFilter, page: SortedPageRequest) =>
      listJobs(db, call, projectId, filter, page),
    getJob: (call: Call, id: string) => getJob(db, call, id),
    reportJob: (call: Call, id: string, said: ReportedJob) => reportJob(db, call, id, said),
    deleteJob: (call: Call, id: string) => deleteJob(db, call, id),
    startRestore: (call: Call, jobId: string, wish: RestoreWish) => startRestore(deps, call, jobId, wish),
    getRestore: (call: Call, id: string) => getRestore(db, call, id),
    retryRestore: (call: Call, id: string, changes: Partial<RestoreWish>) =>
      retryRestore(deps, call, id, changes),
    reportRestore: (call: Call, id: string, report: RestoreReport & { readonly timestamp?: string }) =>
      reportRestore(db, call, id, report),
    restorability: () => restorability(),
    getTask: (call: Call, id: string) => getTask(db, call, id),
  }
}
export type BackupPlans = ReturnType<typeof createBackupPlans>
