import type { SourceWish } from '../databases/index.ts'
import type { ScheduledBackup } from './deployment.ts'

/** What a deployment is ordered by: ids of templates of its workspace, and what is given in place of their values. */
export interface TemplateChoice {
  readonly configuration?: string | undefined
  readonly resources?: string | undefined
  readonly storage?: string | undefined
  /** Settings by name; these win over the template's. */
  readonly overrides?: Readonly<Record<string, string>> | undefined
}

/** How a deployment is set up: what templates say, or what another deployment had. */
export interface DeploymentSetup {
  readonly configuration?: Readonly<Record<string, string>> | undefined
  readonly resources?: Readonly<Record<string, unknown>> | undefined
  readonly storageOptions?: Readonly<Record<string, unknown>> | undefined
  /** Id of a size, where the resources say nothing of memory. */
  readonly size?: string | undefined
}

export interface DeploymentWish {
  /** Without it, the oldest project of the namespace's workspace in which the caller may. */
  readonly projectId?: string | undefined
  readonly name: string
  readonly deploymentTargetId: string
  readonly namespaceId: string
  readonly imageId: string
  /** 1 unless given. */
  readonly nodeCount?: number | undefined
  readonly serviceType?: string | null | undefined
  readonly dnsZone?: string | null | undefined
  readonly loadBalancerSourceRanges?: readonly string[] | undefined
  readonly tlsEnabled?: boolean | undefined
  readonly scheduledBackup?: ScheduledBackup | null | undefined
  readonly templates?: TemplateChoice | undefined
  /** In place of templates, for what is restored. */
  readonly setup?: DeploymentSetup | undefined
  /** Only written down; nothing is made on the target. For administrators of the organization. */
  readonly localOnly?: boolean | undefined
  /** A backup that the data comes from; empty without it. */
  readonly source?: SourceWish | undefined
}
