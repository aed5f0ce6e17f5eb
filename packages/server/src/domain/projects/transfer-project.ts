import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call, type Principal } from '../access/index.ts'
import { rethrowTaken } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { getProject, lockProject } from '../tenancy/index.ts'
import { refuseWhileBusy } from './delete-project.ts'

/** Turns the recipient's token into who it is. */
export type Recipient = (token: string) => Promise<Principal>

async function recipientWorkspace(
  recipientOf: Recipient,
  token: string,
): Promise<Principal & { workspaceId: string }> {
  const principal = await recipientOf(token).catch((error: unknown) => {
    if (!(error instanceof CroftError) || error.code !== 'not-authenticated') throw error
    return null
  })
  const workspaceId = principal?.workspaceId
  if (principal && workspaceId) return { ...principal, workspaceId }
  throw new CroftError(
    'recipient-invalid',
    'The recipient’s token is unknown, expired or bound to no workspace.',
    {
      hint: 'Use an access token that the recipient got for the workspace the project should go to.',
    },
  )
}

/** The giver's backup targets are not the recipient's: nothing of theirs may go there. */
async function refuseWhileStored(tx: Executor, projectId: string): Promise<void> {
  const stored = await tx
    .selectFrom('databases')
    .innerJoin('backup_targets', 'backup_targets.id', 'databases.backup_target_id')
    .select(['databases.name', 'backup_targets.name as target'])
    .where('databases.project_id', '=', projectId)
    .where('databases.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!stored) return
  const { name, target } = stored
  throw new CroftError(
    'backup-target-in-use',
    `The database ${name} stores its backups in ${target}, which stays.`,
    {
      hint: 'Give it the directory of its host first (its backup policy’s targetId null).',
    },
  )
}

/** What its giver took for deleted is not the recipient's to find. */
async function refuseWhileQuarantined(tx: Executor, projectId: string): Promise<void> {
  const quarantined = await tx
    .selectFrom('databases')
    .select('id')
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .where('quarantined_at', 'is not', null)
    .executeTakeFirst()
  if (!quarantined) return
  throw new CroftError('project-busy', 'Databases of the project are in quarantine, and would go with it.', {
    hint: 'Delete them for good, or release them, first: croft database list --quarantined',
  })
}

/**
 * Moves a project to the workspace of the recipient's token. Its connections go on working; the giver no longer
 * sees it. A temporary project becomes a lasting one. Throws `project-not-found`, `recipient-invalid`,
 * `project-busy`, `backup-target-in-use`.
 */
export async function transferProject(
  deps: { db: Db; recipientOf: Recipient },
  call: Call,
  id: string,
  recipientToken: string,
): Promise<void> {
  // First, so that what is wrong with a token is told only to who may give the project away.
  await getProject(deps.db, call, id, 'delete')
  const recipient = await recipientWorkspace(deps.recipientOf, recipientToken)
  const to = recipient.workspaceId
  await transact(deps.db, async (tx) => {
    const project = await lockProject(tx, call, id, 'delete')
    authorize(recipient, 'create', 'projects', { id, workspaceId: to, name: project.name })
    await refuseWhileBusy(tx, id, 'transferred')
    if (to !== project.workspaceId) {
      await refuseWhileStored(tx, id)
      await refuseWhileQuarantined(tx, id)
    }
    await tx
      .updateTable('projects')
      .set({ workspace_id: to, expires_at: null, updated_at: new Date() })
      .where('id', '=', id)
      .execute()
      .catch(rethrowTaken)
    const event = {
      action: 'project.transferred',
      subjectType: 'project',
      subjectId: id,
      before: { workspaceId: project.workspaceId },
      after: { workspaceId: to },
    }
    // Both trails show it.
    await recordEvent(tx, call, { ...event, workspaceId: project.workspaceId })
    if (to !== project.workspaceId) await recordEvent(tx, call, { ...event, workspaceId: to })
  })
}
