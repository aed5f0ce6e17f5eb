import { sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import { type BindingRow, selectBindings } from '../bindings/select-bindings.ts'
import type { Principal } from '../principal.ts'
import { isAllowed } from '../rules/ability.ts'
import { isSelf } from './actor.ts'
import { type IamRecord, isPolicyLevel, type Policy, type PolicyLevel, type PolicyRole } from './policy.ts'

/** The organization and all that is in it. */
const placesOf = (organizationId: string) => sql<{ type: string; id: string }>`(
  select 'organization' as type, ${organizationId}::uuid as id
  union all select 'workspace', id from workspaces where organization_id = ${organizationId}
  union all select 'project', projects.id from projects join workspaces on workspaces.id = projects.workspace_id
    where workspaces.organization_id = ${organizationId} and projects.deleted_at is null
  union all select 'namespace', namespaces.id
    from namespaces join workspaces on workspaces.id = namespaces.workspace_id
    where workspaces.organization_id = ${organizationId} and namespaces.deleted_at is null
  union all select 'database', databases.id from databases join projects on projects.id = databases.project_id
    join workspaces on workspaces.id = projects.workspace_id
    where workspaces.organization_id = ${organizationId} and databases.deleted_at is null
)`

const actorOf = ({ user_id, identity_id }: BindingRow): string => user_id ?? identity_id ?? ''

/** What is held in the organization, oldest first; those of single databases too, which no policy speaks of. */
export function readHeldIn(
  db: Executor,
  organizationId: string,
  actorId: string | null,
): Promise<BindingRow[]> {
  let query = selectBindings(db)
    .innerJoin(placesOf(organizationId).as('place'), (join) =>
      join.onRef('place.id', '=', 'held.scope_id').on(sql<boolean>`held.scope_type = place.type`),
    )
    .orderBy('held.id')
  if (actorId !== null) query = query.where(sql`coalesce(held.user_id, held.identity_id)`, '=', actorId)
  return query.execute()
}

/** Roles of the whole platform. */
export function readHeldEverywhere(db: Executor, actorIds: readonly string[]): Promise<BindingRow[]> {
  return selectBindings(db)
    .where('held.scope_type', '=', 'platform')
    .where(sql<boolean>`coalesce(held.user_id, held.identity_id) = any(${[...actorIds]}::uuid[])`)
    .orderBy('held.id')
    .execute()
}

/** Who administers the platform is for its administrators to know, and for the one who does. */
function isShown({ principal }: { principal: Principal }, row: BindingRow): boolean {
  if (row.scope_type !== 'platform' || row.role === 'platform-member') return true
  return isSelf(principal, actorOf(row)) || isAllowed(principal, 'manage', 'platform', {})
}

function policyOf(rows: readonly BindingRow[], emptyLevels: readonly string[]): Policy {
  const policy: Partial<Record<PolicyLevel, PolicyRole[]>> = {}
  for (const level of emptyLevels) if (isPolicyLevel(level)) policy[level] = []
  for (const { scope_type: level, scope_id: id, role } of rows) {
    if (!isPolicyLevel(level)) continue
    const roles = policy[level] ?? []
    policy[level] = roles
    const ids = id === null || level === 'organization' ? [] : [id]
    const at = roles.findIndex((each) => each.role === role)
    const known = roles[at]
    if (known) roles[at] = { role, scopeIds: [...known.scopeIds, ...ids] }
    else roles.push({ role, scopeIds: ids })
  }
  return policy
}

const times = (dates: readonly Date[]) => dates.map((date) => date.getTime())

/**
 * The records of an organization, or of one actor in it: of everybody who holds a role there, and of those that were
 * given one of the platform by a record. Authorizes nothing.
 */
export async function readRecords(
  db: Executor,
  { principal }: { readonly principal: Principal },
  organizationId: string,
  actorId: string | null = null,
): Promise<readonly IamRecord[]> {
  const held = (await readHeldIn(db, organizationId, actorId)).filter((row) => isPolicyLevel(row.scope_type))
  let kept = db.selectFrom('iam_records').selectAll().where('organization_id', '=', organizationId)
  if (actorId !== null) kept = kept.where('actor_id', '=', actorId)
  const known = new Map((await kept.execute()).map((row) => [row.actor_id, row]))
  const byActor = new Map<string, BindingRow[]>([...known.keys()].map((id) => [id, []]))
  for (const row of held) byActor.set(actorOf(row), [...(byActor.get(actorOf(row)) ?? []), row])
  for (const row of await readHeldEverywhere(db, [...byActor.keys()])) {
    if (isShown({ principal }, row)) byActor.get(actorOf(row))?.push(row)
  }
  return [...byActor].flatMap(([id, rows]) => {
    const [first] = rows
    if (!first) return []
    const own = known.get(id)
    const dates = rows.filter((row) => row.scope_type !== 'platform').map((row) => row.created_at)
    const [since, until] = own ? [own.created_at, own.updated_at] : [first.created_at, first.created_at]
    return [
      {
        organizationId,
        actor: { type: first.user_id === null ? ('identity' as const) : ('user' as const), id },
        policy: policyOf(rows, own?.empty_levels ?? []),
        createdAt: new Date(Math.min(since.getTime(), ...times(dates))),
        updatedAt: new Date(Math.max(until.getTime(), ...times(dates))),
      },
    ]
  })
}
