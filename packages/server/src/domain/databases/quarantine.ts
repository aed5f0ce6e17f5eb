import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Call, filterOf, isAllowed, type Subjects } from '../access/index.ts'
import { DATABASE_COLUMNS } from './subjects.ts'

/**
 * Whether databases in quarantine are looked at, too. Most APIs know of no quarantine: there they read as deleted
 * (`hidden`). Where they can be told apart, who may `manage_quarantine` finds them, and nobody else does.
 */
export interface Sight {
  readonly quarantined?: 'hidden' | 'any'
}

/** Whether it is out of the call's sight. `fields` is what rules may ask of the database. */
export function isHidden(
  { principal, engine }: Call,
  fields: Subjects['databases'],
  quarantinedAt: Date | null,
  { quarantined = 'hidden' }: Sight = {},
): boolean {
  if (engine !== undefined && fields.engine !== engine) return true
  if (quarantinedAt === null) return false
  return quarantined === 'hidden' || !isAllowed(principal, 'manage_quarantine', 'databases', fields)
}

/** The same for lists that join `databases` and `projects`. Not `exact`: rows must be asked about with `isHidden`. */
export function quarantineFilter(
  call: Call,
  quarantined: 'hidden' | 'only' | 'any' = 'hidden',
): { readonly where: RawBuilder<SqlBool>; readonly exact: boolean } {
  const ofEngine = call.engine === undefined ? sql`true` : sql`databases.engine = ${call.engine}`
  if (quarantined === 'hidden') {
    return { where: sql`(databases.quarantined_at is null and ${ofEngine})`, exact: true }
  }
  const { where, exact } = filterOf(call.principal, 'manage_quarantine', 'databases', DATABASE_COLUMNS)
  return quarantined === 'only'
    ? { where: sql`(databases.quarantined_at is not null and ${where} and ${ofEngine})`, exact }
    : { where: sql`((databases.quarantined_at is null or ${where}) and ${ofEngine})`, exact }
}
