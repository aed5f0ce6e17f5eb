import pg from 'pg'

/** Of each database, one a minute. */
const SAMPLES = 60

/**
 * Copies of databases that are there, up to `count` in all, written where the platform keeps them: with a login, an
 * instance, what its host has said of it, and an hour of usage. They are of a second host, which is away: told of
 * them, the real one would make them.
 */
export async function copyDatabases(metadataUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: metadataUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('set local search_path = croft')
    await client.query(`
      create temporary table host on commit drop as select gen_random_uuid() as id;
      insert into targets select (jsonb_populate_record(t, jsonb_build_object(
        'id', host.id, 'name', 'away', 'join_token_hash', '\\x00', 'agent_id', 'away', 'session_id', null))).*
        from targets t, host;
      create temporary table copies on commit drop as
        select gen_random_uuid() as id, original.id as original, n, gen_random_uuid() as instance
        from (select id, row_number() over (order by id) as i, count(*) over () as total from databases
          where deleted_at is null) original, generate_series(1, ${count}) n
        where n > original.total and n % original.total = original.i - 1;
      insert into databases select (jsonb_populate_record(d, jsonb_build_object(
        'id', copies.id, 'name', 'copy_' || n, 'created_at', now() + n * interval '1 ms'))).*
        from copies join databases d on d.id = copies.original order by n;
      insert into instances select (jsonb_populate_record(i, jsonb_build_object(
        'id', copies.instance, 'database_id', copies.id, 'target_id', host.id))).*
        from copies join instances i on i.database_id = copies.original, host;
      insert into credentials select (jsonb_populate_record(c, jsonb_build_object(
        'id', gen_random_uuid(), 'database_id', copies.id, 'role_name', 'u_copy_' || n))).*
        from copies join credentials c on c.database_id = copies.original order by n;
      insert into usage_samples (database_id, at, size_bytes, operations)
        select id, now() - minute * interval '1 minute', 1000000 + n, minute
        from copies, generate_series(1, ${SAMPLES}) minute`)
    await client.query('commit')
  } finally {
    await client.end()
  }
}
