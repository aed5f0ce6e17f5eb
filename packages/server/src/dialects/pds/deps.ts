import type { FastifyRequest } from 'fastify'
import type { Access, People } from '../../domain/access/index.ts'
import type { Accounts } from '../../domain/accounts/index.ts'
import type { BackupCredentialsCases } from '../../domain/backup-credentials/index.ts'
import type { BackupPlans } from '../../domain/backup-plans/index.ts'
import type { BackupPolicies } from '../../domain/backup-policies/index.ts'
import type { BackupTargets } from '../../domain/backup-targets/index.ts'
import type { Backups } from '../../domain/backups/index.ts'
import type { Catalogue } from '../../domain/catalogue/index.ts'
import type { Copilot } from '../../domain/copilot/index.ts'
import type { Databases } from '../../domain/databases/index.ts'
import type { DeploymentTargets } from '../../domain/deployment-targets/index.ts'
import type { Deployments } from '../../domain/deployments/index.ts'
import type { Engines } from '../../domain/engines/index.ts'
import type { Targets } from '../../domain/targets/index.ts'
import type { Templates } from '../../domain/templates/index.ts'
import type { Tenancy } from '../../domain/tenancy/index.ts'

/** The origin that a client uses, without a slash at the end. */
export type OriginOf = (request: FastifyRequest) => string

/** What the dialect's operations call. */
export interface PdsDeps {
  readonly access: Access
  readonly people: People
  readonly accounts: Accounts
  readonly copilot: Copilot
  readonly tenancy: Tenancy
  readonly databases: Databases
  readonly deploymentTargets: DeploymentTargets
  readonly deployments: Deployments
  readonly engines: Engines
  readonly targets: Targets
  readonly backups: Backups
  readonly backupTargets: BackupTargets
  readonly backupCredentials: BackupCredentialsCases
  readonly backupPolicies: BackupPolicies
  readonly backupPlans: BackupPlans
  readonly catalogue: Catalogue
  readonly templates: Templates
}
