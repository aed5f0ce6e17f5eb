import type { TargetAgent } from '../../platform/db/tables.ts'

/** What is known of a target by Portworx' names, and `hostname`, which is ours. */
export const METADATA = [
  ...['kube_api_version', 'kube_platform', 'pds_chart_version', 'pds_features', 'pds_operator_version'],
  ...['px_csi_enabled', 'px_service_namespace', 'px_status', 'px_version', 'hostname'],
  'teleport_agent_version',
] as const
export type MetadataName = (typeof METADATA)[number]
export type TargetMetadata = Readonly<Record<string, string>>

/** A host has neither Kubernetes nor Portworx; its agent is chart and operator in one. */
export const hostMetadata = ({ hostname, agentVersion }: TargetAgent): TargetMetadata => ({
  hostname,
  kube_platform: 'unknown',
  px_csi_enabled: 'unknown',
  pds_chart_version: agentVersion,
  pds_operator_version: agentVersion,
})

export const storedMetadata = (stored: Readonly<Record<string, unknown>> | null): TargetMetadata =>
  Object.fromEntries(
    METADATA.flatMap((name) => (typeof stored?.[name] === 'string' ? [[name, stored[name]]] : [])),
  )
