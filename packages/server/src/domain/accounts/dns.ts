import type { Executor, Tx } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Sealer, sealedContext } from '../../platform/secrets/index.ts'

/** Where names of deployments are published, and with what. Empty texts are as good as absent. */
export interface DnsDetails {
  readonly zone?: string | undefined
  readonly aws?:
    | {
        readonly accessKey?: string | undefined
        readonly secretKey?: string | undefined
        readonly hostedZoneId?: string | undefined
      }
    | undefined
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i
const LONGEST_NAME = 253

/** A name of the domain name system, or nothing. Throws `invalid-input`. */
export function checkDomain(name: string | undefined, path: string): void {
  if (!name) return
  const bare = name.replace(/\.$/, '')
  if (bare.length <= LONGEST_NAME && bare.split('.').every((label) => LABEL.test(label))) return
  const message = 'must be a domain name, such as "db.example.com"'
  throw new CroftError('invalid-input', `The domain name ${message}.`, { fields: [{ path, message }] })
}

const context = (organizationId: string) => sealedContext('account_details', 'dns_secret', organizationId)

interface StoredSecret {
  readonly accessKey?: string
  readonly secretKey?: string
}

/** Writes them for an account; what is absent is gone then. */
export async function writeDns(
  tx: Tx,
  sealer: Sealer,
  organizationId: string,
  { zone, aws }: DnsDetails,
): Promise<void> {
  const { hostedZoneId, ...secret } = aws ?? {}
  const columns = {
    dns: { ...(zone ? { zone } : {}), ...(hostedZoneId ? { hostedZoneId } : {}) },
    dns_secret:
      secret.accessKey || secret.secretKey
        ? sealer.seal(JSON.stringify(secret), context(organizationId))
        : null,
  }
  await tx
    .insertInto('account_details')
    .values({ organization_id: organizationId, ...columns })
    .onConflict((same) => same.column('organization_id').doUpdateSet(columns))
    .execute()
}

/** What an account's databases are published with; the keys only for who is to have them. Authorizes nothing. */
export async function readDns(
  db: Executor,
  sealer: Sealer,
  organizationId: string,
  { secrets }: { readonly secrets: boolean },
): Promise<DnsDetails> {
  const row = await db
    .selectFrom('account_details')
    .where('organization_id', '=', organizationId)
    .select(['dns', 'dns_secret'])
    .executeTakeFirst()
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const zone = text(row?.dns?.zone)
  const hostedZoneId = text(row?.dns?.hostedZoneId)
  const secret: StoredSecret =
    secrets && row?.dns_secret ? JSON.parse(sealer.open(row.dns_secret, context(organizationId))) : {}
  const aws = { ...secret, ...(hostedZoneId === undefined ? {} : { hostedZoneId }) }
  return { ...(zone === undefined ? {} : { zone }), ...(Object.keys(aws).length > 0 ? { aws } : {}) }
}
