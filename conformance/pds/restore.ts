import assert from 'node:assert/strict'
import { waitUntil } from '../harness/wait-until.ts'
import type { Backup, Job, JobStatus, Restore } from './back-up.ts'
import { firstOf, type Page } from './deploy.ts'
import type { Caller } from './pds.ts'

const STEP_MS = 60_000

/** Waits until the job of an adhoc backup has succeeded, as a pipeline does; throws when it fails. */
export async function untilSucceeded(by: Caller, projectId: string, backup: Backup): Promise<Job> {
  const jobs = () => by.ok<Page<JobStatus>>(200, 'GET', `/api/backups/${backup.id}/jobs`)
  const [first] = (await jobs()).data
  assert.equal(first?.name, `${backup.cluster_resource_name}-adhoc`, 'the job is listed at once')
  const path = `/api/projects/${projectId}/backup-jobs?backup_id=${backup.id}`
  await waitUntil(
    jobs,
    ({ data: [job] }) => {
      assert.notEqual(job?.status, 'Failed', `${backup.cluster_resource_name} failed`)
      return job?.status === 'Succeeded'
    },
    STEP_MS,
  )
  const job = await firstOf<Job>(by, path)
  assert.equal(job.completion_status, 'Succeeded')
  return job
}

export interface Whither {
  readonly name: string
  readonly deployment_target_id: string
  readonly namespace_id: string
}

/** Restores a backup job to a new deployment, and waits until it has the data; answers its id. */
export async function restoreJob(by: Caller, job: Job, whither: Whither): Promise<string> {
  const begun = await by.ok<Restore>(200, 'POST', `/api/backup-jobs/${job.id}/restore`, whither)
  await by.ok(200, 'GET', `/api/deployments/${begun.deployment_id}`)
  await waitUntil(
    () => by.ok<Restore>(200, 'GET', `/api/restores/${begun.id}`),
    ({ status, error_code }) => {
      assert.notEqual(status, 'Failed', `the restore to ${whither.name} failed: ${error_code}`)
      return status === 'Successful'
    },
    STEP_MS,
  )
  return begun.deployment_id
}
