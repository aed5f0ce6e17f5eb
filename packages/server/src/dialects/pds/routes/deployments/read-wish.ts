import type { Static } from 'typebox'
import type { DeploymentWish, ScheduledBackup, TemplateChoice } from '../../../../domain/deployments/index.ts'
import { CroftError } from '../../../../platform/errors/index.ts'
import type { DeploymentChanges, NewDeployment } from '../../schemas/deployment.ts'

type Body = Static<typeof NewDeployment>

/** Undefined keeps what there is, null is none. Throws `not-applicable` for half of it. */
export function readScheduledBackup(given: Body['scheduled_backup']): ScheduledBackup | null | undefined {
  if (given === undefined || given === null) return given
  const { backup_policy_id: policyId, backup_target_id: targetId } = given
  if (policyId && targetId) return { policyId: policyId.toLowerCase(), targetId: targetId.toLowerCase() }
  if (!policyId && !targetId) return null
  const message = 'A scheduled backup needs both backup_policy_id and backup_target_id.'
  throw new CroftError('not-applicable', message, {
    fields: [{ path: '/scheduled_backup', message: 'must have both ids, or neither' }],
  })
}

export const readTemplates = (
  body: Static<typeof DeploymentChanges> & Pick<Body, 'storage_options_template_id'>,
): TemplateChoice => ({
  configuration: body.application_configuration_template_id,
  resources: body.resource_settings_template_id,
  storage: body.storage_options_template_id,
  overrides: body.application_configuration_overrides,
})

export const readWish = (body: Body, localOnly: boolean): DeploymentWish => ({
  name: body.name,
  deploymentTargetId: body.deployment_target_id.toLowerCase(),
  namespaceId: body.namespace_id.toLowerCase(),
  imageId: body.image_id.toLowerCase(),
  nodeCount: body.node_count,
  serviceType: body.service_type,
  dnsZone: body.dns_zone,
  loadBalancerSourceRanges: body.load_balancer_source_ranges,
  tlsEnabled: body.tls_enabled,
  scheduledBackup: readScheduledBackup(body.scheduled_backup),
  templates: readTemplates(body),
  localOnly,
})
