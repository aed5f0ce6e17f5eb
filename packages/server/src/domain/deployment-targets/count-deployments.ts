import type { Executor } from '../../platform/db/connect.ts'

/** How many deployments are in a place. One whose database was deleted counts until its host has removed it. */
export async function countDeployments(
  executor: Executor,
  place: { readonly deploymentTargetId: string } | { readonly namespaceId: string },
): Promise<number> {
  const query = executor
    .selectFrom('deployments')
    .leftJoin('databases', 'databases.id', 'deployments.database_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) =>
      eb.or([
        eb.and([eb('deployments.database_id', 'is', null), eb('deployments.deleted_at', 'is', null)]),
        eb('databases.state', '!=', 'deleted'),
      ]),
    )
  const { count } = await ('namespaceId' in place
    ? query.where('deployments.namespace_id', '=', place.namespaceId)
    : query.where('deployments.deployment_target_id', '=', place.deploymentTargetId)
  ).executeTakeFirstOrThrow()
  return Number(count)
}
