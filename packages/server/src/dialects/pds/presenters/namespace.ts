import type * as domain from '../../../domain/deployment-targets/index.ts'
import { timestamp } from '../timestamp.ts'

export const presentNamespace = (namespace: domain.Namespace) => ({
  id: namespace.id,
  account_id: namespace.organizationId,
  tenant_id: namespace.workspaceId,
  deployment_target_id: namespace.deploymentTargetId,
  name: namespace.name,
  status: namespace.status,
  created_at: timestamp(namespace.createdAt),
  updated_at: timestamp(namespace.updatedAt),
})
