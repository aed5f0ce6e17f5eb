import { type InferResult, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'

/** Settings that are given to a whole account; each is `all` or nothing. */
export const GLOBAL_SETTINGS = ['tlsPreviewEnabled', 'versionAvailability', 'versionUpdatability'] as const
export type GlobalConfig = Readonly<Partial<Record<(typeof GLOBAL_SETTINGS)[number], 'all'>>>

/** Which of the products that shared the API an account is for. Croft shows what it was told. */
export interface Features {
  readonly pds: boolean
  readonly baas: boolean
  readonly pxone: boolean
}

/** An organization, with what the API of Portworx has of it besides. */
export interface Account {
  readonly id: string
  readonly name: string
  /** The version of the licence that was agreed to; null for none. */
  readonly acceptedEula: string | null
  readonly globalConfig: GlobalConfig
  readonly features: Features
  readonly createdAt: Date
  readonly updatedAt: Date
}

export function selectAccounts(db: Executor) {
  return db
    .selectFrom('organizations')
    .leftJoin('account_details as details', 'details.organization_id', 'organizations.id')
    .select(['organizations.id', 'organizations.name', 'organizations.created_at'])
    .select(sql<Date>`coalesce(organizations.updated_at, organizations.created_at)`.as('updated_at'))
    .select(['details.eula_version', 'details.global_config', 'details.features'])
}

const isSetting = (name: string): name is keyof GlobalConfig => GLOBAL_SETTINGS.some((each) => each === name)

function toGlobalConfig(stored: Readonly<Record<string, unknown>> | null): GlobalConfig {
  return Object.fromEntries(
    Object.entries(stored ?? {}).filter(([name, value]) => isSetting(name) && value === 'all'),
  )
}

export function toAccount(row: InferResult<ReturnType<typeof selectAccounts>>[number]): Account {
  const { pds, baas, pxone } = row.features ?? {}
  return {
    id: row.id,
    name: row.name,
    acceptedEula: row.eula_version,
    globalConfig: toGlobalConfig(row.global_config),
    features: { pds: pds !== false, baas: baas === true, pxone: pxone === true },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** What holds in a workspace for all that its account has. Authorizes nothing. */
export async function readGlobalConfig(db: Executor, workspaceId: string): Promise<GlobalConfig> {
  const row = await db
    .selectFrom('workspaces')
    .innerJoin('account_details as details', 'details.organization_id', 'workspaces.organization_id')
    .where('workspaces.id', '=', workspaceId)
    .select('details.global_config')
    .executeTakeFirst()
  return toGlobalConfig(row?.global_config ?? null)
}
