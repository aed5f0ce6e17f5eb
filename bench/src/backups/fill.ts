import { timeQuery } from '../client.ts'

export const MB = 1_000_000
/** What `insert` makes of one row, with its index; about a third of it is random. */
const ROW_BYTES = 250

/** Makes a table `items` of so many megabytes. */
export async function fill(connectionString: string, megabytes: number): Promise<void> {
  await timeQuery(
    connectionString,
    'create table items (id bigint primary key, hash text, number double precision, body text)',
  )
  await timeQuery(
    connectionString,
    `insert into items select i, md5(i::text), random(), repeat(md5(random()::text), 4)
       from generate_series(1, ${Math.ceil((megabytes * MB) / ROW_BYTES)}) i`,
  )
  // Else what is measured would run beside the autovacuum that so many new rows call for.
  await timeQuery(connectionString, 'vacuum analyze items')
}
