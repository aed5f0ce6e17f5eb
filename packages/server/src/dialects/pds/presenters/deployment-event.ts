import type * as domain from '../../../domain/deployments/index.ts'
import { timestamp } from '../timestamp.ts'

export const presentDeploymentEvent = (event: domain.DeploymentEvent) => ({
  deployment_id: event.deploymentId,
  deployment_target_id: event.deploymentTargetId,
  name: event.name,
  namespace: event.namespace,
  type: event.type,
  reason: event.reason,
  message: event.message,
  count: event.count,
  timestamp: timestamp(event.at),
  action: event.action,
  resource_kind: event.resourceKind,
  resource_name: event.resourceName,
})
