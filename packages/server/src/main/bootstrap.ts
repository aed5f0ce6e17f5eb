import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Access, systemCall } from '../domain/access/index.ts'
import { recordEvent } from '../domain/events/index.ts'
import { joinTokenHash, REGIONS } from '../domain/targets/index.ts'
import { type Db, transact } from '../platform/db/index.ts'
import { CroftError } from '../platform/errors/index.ts'
import { newId } from '../platform/ids/index.ts'
import { type BootstrapFile, readBootstrapFile, writeBootstrapFile } from './bootstrap-file.ts'
import { CannotStart } from './cannot-start.ts'

export interface BootstrapOptions {
  readonly db: Db
  readonly access: Access
  readonly dataDirectory: string
  readonly adminEmail: string
  readonly url: string
  /** Whether the metadata database may serve others than this data directory. */
  readonly sharedMetadata: boolean
}

const FOREIGN =
  'The metadata database was set up by another Croft, and this data directory has no bootstrap.json of it. ' +
  'Run "croft server" to add a server to that Croft, or copy its bootstrap.json and keys.json here to move it.'
const LOCAL_TARGET = 'local'
const call = systemCall('bootstrap', 'bootstrap')
const secret = (prefix: string) => prefix + randomBytes(24).toString('base64url')

/**
 * Makes what a fresh Croft needs to be used: organization, workspace, project, administrator, a service token and
 * a place for the local agent. Secrets are written to bootstrap.json before the database learns of them, and
 * each step can be repeated, so a start that was cut off is completed by the next. Returns the file's path.
 */
export async function bootstrap(options: BootstrapOptions): Promise<string> {
  const { db, access, adminEmail } = options
  const path = join(options.dataDirectory, 'bootstrap.json')
  const before = await readBootstrapFile(path)
  const known = await firstTenancy(db)
  // Going on would replace that Croft's agent token and its administrator's password.
  if (known && options.sharedMetadata && before.workspaceId === undefined) throw new CannotStart(FOREIGN)
  const file = {
    ...before,
    url: options.url,
    adminEmail: before.adminEmail ?? adminEmail,
    adminPassword: before.adminPassword ?? secret(''),
    organizationId: known?.organizationId ?? before.organizationId ?? newId(),
    workspaceId: known?.workspaceId ?? before.workspaceId ?? newId(),
    projectId: before.projectId ?? known?.projectId ?? newId(),
    agentToken: before.agentToken ?? secret('cat_'),
  } satisfies BootstrapFile
  await writeBootstrapFile(path, file)
  if (!known) await createTenancy(db, file)
  await ensureLocalTarget(db, file.agentToken)
  const login = { email: file.adminEmail, password: file.adminPassword }
  const { created, userId } = await access.ensureAdministrator(call, login)
  // A lost file means a lost password; whoever may write to the data directory may have a new one.
  if (!created && before.adminPassword === undefined) await access.setPassword(call, login)
  const isAlive = (token: string) =>
    access.authenticate(token).then(
      () => true,
      (error: unknown) => {
        if (error instanceof CroftError && error.code === 'not-authenticated') return false
        throw error
      },
    )
  const kept = async (token: string | undefined, make: () => Promise<string>): Promise<string> =>
    token !== undefined && (await isAlive(token)) ? token : make()
  await writeBootstrapFile(path, {
    ...file,
    serviceToken: await kept(before.serviceToken, async () => {
      const { value } = await access.createServiceToken(call, {
        workspaceId: file.workspaceId,
        name: 'bootstrap',
      })
      return value
    }),
    adminToken: await kept(before.adminToken, () =>
      access.createUserToken(call, { userId, name: 'bootstrap' }),
    ),
  })
  return path
}

async function firstTenancy(db: Db) {
  const workspace = await db
    .selectFrom('workspaces')
    .select(['id', 'organization_id'])
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (!workspace) return null
  const project = await db
    .selectFrom('projects')
    .select('id')
    .where('workspace_id', '=', workspace.id)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return { organizationId: workspace.organization_id, workspaceId: workspace.id, projectId: project?.id }
}

async function createTenancy(
  db: Db,
  ids: { organizationId: string; workspaceId: string; projectId: string },
): Promise<void> {
  await transact(db, async (tx) => {
    await tx.insertInto('organizations').values({ id: ids.organizationId, name: 'My Organization' }).execute()
    await tx
      .insertInto('workspaces')
      .values({ id: ids.workspaceId, organization_id: ids.organizationId, name: 'My Workspace' })
      .execute()
    await tx
      .insertInto('projects')
      .values({ id: ids.projectId, workspace_id: ids.workspaceId, name: 'My Project' })
      .execute()
    await recordEvent(tx, call, {
      workspaceId: ids.workspaceId,
      action: 'workspace.created',
      subjectType: 'workspace',
      subjectId: ids.workspaceId,
    })
  })
}

async function ensureLocalTarget(db: Db, agentToken: string): Promise<void> {
  const hash = joinTokenHash(agentToken)
  await db
    .insertInto('targets')
    .values({
      id: newId(),
      name: LOCAL_TARGET,
      kind: 'host',
      regions: REGIONS.map((region) => region.id),
      join_token_hash: hash,
    })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ join_token_hash: hash }))
    .execute()
}
