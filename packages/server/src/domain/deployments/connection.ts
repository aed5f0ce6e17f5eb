import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import { authorize, type Call } from '../access/index.ts'
import {
  type Address,
  type Credential,
  type Database,
  findDatabase,
  readPassword,
} from '../databases/index.ts'
import type { Deployment } from './deployment.ts'
import { requireDeployment } from './require-deployment.ts'
import { deploymentFields } from './subjects.ts'

/** Where a deployment is found, and by which login. */
export interface Connection {
  readonly deployment: Deployment
  readonly engine: string
  readonly version: string
  readonly databaseName: string
  /** The host that it is on. */
  readonly hostName: string
  /** Null when it has no login. */
  readonly user: string | null
  /** Null until its host has said it. */
  readonly address: Address | null
}

async function databaseOf(db: Db, { id, database }: Deployment): Promise<Database> {
  if (database === null) {
    throw new CroftError(
      'database-not-ready',
      'This deployment exists on paper only: Croft has no connection to it.',
      {
        hint: 'Ask the cluster that it is in.',
      },
    )
  }
  const found = await findDatabase(db, id)
  if (found) return found
  throw new CroftError('database-not-found', 'There is no deployment with this id, or it is not accessible.')
}

/** The login that clients of this API expect, or else the first that the database was given. */
const mainLogin = ({ credentials }: Database): Credential | undefined =>
  credentials.find(({ chosen, roleName }) => chosen && roleName === 'pds') ?? credentials[0]

/** Throws `database-not-found`, `database-not-ready` for one that exists on paper only. */
export async function getConnection(db: Db, call: Call, id: string): Promise<Connection> {
  const deployment = await requireDeployment(db, call, id)
  const database = await databaseOf(db, deployment)
  const login = mainLogin(database)
  return {
    deployment,
    engine: database.engine,
    version: database.version,
    databaseName: database.databaseName,
    hostName: database.target.name,
    user: login?.roleName ?? null,
    address: login?.address ?? database.ownAddress ?? database.address,
  }
}

/**
 * The password of a deployment's login, for those who may give it another one. Throws `database-not-found`, `forbidden`,
 * `credential-not-found`, `database-not-ready` for one that exists on paper only.
 */
export async function showPassword(
  { db, sealer }: { readonly db: Db; readonly sealer: Sealer },
  call: Call,
  id: string,
): Promise<string> {
  const deployment = await requireDeployment(db, call, id)
  const { workspaceId, projectId, namespaceId } = deploymentFields(deployment)
  const about = { workspaceId, projectId, ...(namespaceId === undefined ? {} : { namespaceId }) }
  authorize(call.principal, 'update', 'credentials', { ...about, id: '', databaseId: id, name: '' })
  const login = mainLogin(await databaseOf(db, deployment))
  if (!login) throw new CroftError('credential-not-found', 'This deployment has no login any more.')
  authorize(call.principal, 'update', 'credentials', {
    ...about,
    id: login.id,
    databaseId: id,
    name: login.name,
  })
  return readPassword(db, sealer, login.id)
}
