import { randomUUID } from 'node:crypto'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import {
  authorizeCreation,
  type CreateDatabaseDeps,
  type CreatedDatabase,
  findMade,
  planDatabase,
  rethrowTaken,
  settle,
  writeDatabase,
} from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { getProject, getWorkspace, type Project } from '../tenancy/index.ts'
import { holdProjectName } from './hold-project-name.ts'

export interface CreateProjectInput {
  /** The caller's own workspace unless given. */
  readonly workspaceId?: string | undefined
  /** `project-<8 characters>` unless given. */
  readonly name?: string | undefined
  /** Refuses the name of another project of the workspace. */
  readonly uniqueName?: boolean | undefined
  readonly logicalId?: string | undefined
  readonly region?: string | undefined
  /** Makes a temporary project, which is deleted then unless somebody claims it. */
  readonly expiresAt?: Date | undefined
  /** Whether to make the default database along with it. */
  readonly database: boolean
}

export interface CreatedProject {
  readonly project: Project
  readonly created: CreatedDatabase | null
}

/** Throws `workspace-not-found`, `logical-id-taken`, `name-taken`, `no-capacity`, `invalid-input` for an unknown region. */
export async function createProject(
  deps: CreateDatabaseDeps,
  call: Call,
  input: CreateProjectInput,
): Promise<CreatedProject> {
  const workspaceId = input.workspaceId ?? call.principal.workspaceId
  if (workspaceId === null) {
    throw new CroftError('invalid-input', 'Say in which workspace the project goes.', {
      fields: [
        { path: '/workspaceId', message: 'is required for a credential that is bound to no workspace' },
      ],
    })
  }
  const { resourceId: id = newId() } = call
  const name = input.name ?? `project-${randomUUID().slice(0, 8)}`
  const database = { projectId: id, name, region: input.region, isDefault: true }
  await getWorkspace(deps.db, call, workspaceId)
  authorize(call.principal, 'create', 'projects', { id, workspaceId, name })
  if (input.database) authorizeCreation(call, database, workspaceId)
  if (await madeBefore(deps.db, call, 'projects')) {
    const project = await getProject(deps.db, call, id)
    const earlier = await findMade(deps, { projectId: id })
    return { project, created: earlier ? await settle(deps, earlier) : null }
  }
  const plan = input.database ? await planDatabase(deps.db, call, database) : null
  const made = await transact(deps.db, async (tx) => {
    if (input.uniqueName) await holdProjectName(tx, { workspaceId, name })
    await tx
      .insertInto('projects')
      .values({
        id,
        workspace_id: workspaceId,
        name,
        logical_id: input.logicalId ?? null,
        expires_at: input.expiresAt ?? null,
      })
      .execute()
      .catch(rethrowTaken)
    await recordEvent(tx, call, {
      workspaceId,
      action: 'project.created',
      subjectType: 'project',
      subjectId: id,
      after: { name, logicalId: input.logicalId ?? null },
    })
    return plan && writeDatabase(tx, deps, call, { ...database, workspaceId }, plan)
  })
  const created = made && (await settle(deps, made))
  return { project: await getProject(deps.db, call, id), created }
}
