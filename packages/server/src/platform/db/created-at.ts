import type { ColumnType } from 'kysely'

/** A column that is written once, by its default or at insert. */
export type CreatedAt = ColumnType<Date, Date | undefined, never>
