import type { ObservedInstance } from '@croft/protocol'
import type { StoredFault } from '../../platform/db/deployment-tables.ts'
import type { DatabaseState } from '../../platform/db/tables.ts'
import type { Source } from '../databases/index.ts'
import type { ResourcesContent, StorageContent } from '../templates/index.ts'

export type DeploymentState = 'pending' | 'created' | 'failed'

/** What is known of the database behind a deployment. */
export interface DeployedDatabase {
  readonly state: DatabaseState
  readonly stateMessage: string | null
  readonly engine: string
  readonly version: string
  readonly region: string
  readonly size: string
  readonly branchId: string | null
  readonly source: Source
  readonly createdAt: Date
  readonly readyAt: Date | null
  /** What is wanted of its instance; compare with `observed.revision`. */
  readonly revision: number
  readonly observed: ObservedInstance | null
}

export interface ScheduledBackup {
  readonly policyId: string
  readonly targetId: string
}

/** How a database was ordered, with what it is now. */
export interface Deployment {
  readonly id: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly name: string
  readonly clusterResourceName: string
  readonly deploymentTargetId: string
  readonly namespaceId: string
  readonly dataServiceId: string
  readonly versionId: string
  readonly imageId: string
  readonly nodeCount: number
  readonly serviceType: string | null
  readonly dnsZone: string | null
  readonly loadBalancerSourceRanges: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  /** As the templates said then; empty where the size of the database decides. */
  readonly resources: Partial<ResourcesContent>
  readonly storageOptions: Partial<StorageContent>
  readonly tlsEnabled: boolean
  readonly scheduledBackup: ScheduledBackup | null
  /** Exists on paper: nothing was made on its target, which may report of it. */
  readonly localOnly: boolean
  readonly state: DeploymentState
  readonly error: StoredFault | null
  /** Null for one that exists on paper only. */
  readonly database: DeployedDatabase | null
  /** The newest restore that it was made by. */
  readonly restoreId: string | null
  /** Of its target, as seen now. */
  readonly targetStatus: 'healthy' | 'unhealthy'
  readonly tlsIssuer: string | null
  readonly namespaceName: string
  readonly createdAt: Date
  readonly updatedAt: Date
}
