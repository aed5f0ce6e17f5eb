import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'

export const DEFAULT_NAMESPACE = 'default'

/**
 * Gives a workspace its view of every host that ever joined, each with the namespace `default`; writes nothing when it
 * has them all. Authorizes nothing.
 */
export async function ensureHosts(executor: Executor, workspaceId: string): Promise<void> {
  await sql`
    with views as (
      insert into deployment_targets (id, workspace_id, target_id, name, cluster_id)
      select gen_random_uuid(), ${workspaceId}, targets.id, targets.name, targets.id::text
      from targets
      where targets.agent is not null and not exists (
        select from deployment_targets
        where workspace_id = ${workspaceId} and target_id = targets.id and deleted_at is null
      )
      order by targets.id
      on conflict do nothing
      returning id
    )
    insert into namespaces (id, workspace_id, deployment_target_id, name)
    select gen_random_uuid(), ${workspaceId}, views.id, ${DEFAULT_NAMESPACE} from views`.execute(executor)
}
