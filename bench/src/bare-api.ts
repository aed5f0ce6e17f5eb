// The peer of the API benchmark: the same reads of the same tables by a route of fastify and node-postgres, with
// nothing around them. Argument: connection string of the metadata database. Prints its port.
import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'

/** As many connections as the product's server has. */
const POOL = 20

const FIND_TOKEN = `
  select token.id, token.kind, token.name, token.workspace_id, token.user_id, token.grant_id, token.scopes,
    token.last_used_at, users.email,
    (select case
        when bool_or(held.role in ('platform-admin', 'workspace-admin')) then 'workspace-admin'
        when count(*) > 0 then 'workspace-reader'
      end
      from role_bindings held
      where held.user_id = token.user_id and (
        (held.scope_type = 'platform' and held.role = 'platform-admin')
        or (held.role in ('workspace-admin', 'workspace-reader') and (
          (held.scope_type = 'workspace' and held.scope_id = token.workspace_id)
          or (held.scope_type = 'organization' and held.scope_id =
            (select organization_id from workspaces where id = token.workspace_id)))))) as role
  from access_tokens token
  left join oauth_grants "grant" on "grant".id = token.grant_id
  left join users on users.id = token.user_id
  where token.token_hash = $1 and token.revoked_at is null
    and (token.expires_at is null or token.expires_at > now())
    and "grant".revoked_at is null and users.disabled_at is null`

const SELECT_DATABASES = `
  select databases.*, projects.name as project_name, projects.workspace_id, instances.observed,
    targets.id as target_id, targets.name as target_name, targets.agent,
    (select coalesce(json_agg(one), '[]') from (
      select id, name, role_name, created_at from credentials
      where database_id = databases.id and deleted_at is null order by id) one) as credentials
  from databases
  join projects on projects.id = databases.project_id
  join instances on instances.database_id = databases.id
  join targets on targets.id = instances.target_id
  where databases.deleted_at is null`

const GET = { name: 'get', text: `${SELECT_DATABASES} and databases.id = $1 and projects.workspace_id = $2` }
const LIST = {
  name: 'list',
  text: `${SELECT_DATABASES} and databases.state <> 'deleting' and projects.workspace_id = any($1::uuid[])
    order by databases.id limit $2`,
}

const pool = new pg.Pool({
  connectionString: process.argv[2],
  max: POOL,
  options: '-c search_path=croft',
})
const app = Fastify()

async function workspaceOf(authorization: string | undefined): Promise<string | undefined> {
  const hash = createHash('sha256')
    .update(authorization?.slice('Bearer '.length) ?? '')
    .digest()
  const { rows } = await pool.query({ name: 'token', text: FIND_TOKEN, values: [hash] })
  return rows[0]?.workspace_id
}

app.get<{ Params: { id: string } }>('/databases/:id', async (request, reply) => {
  const workspace = await workspaceOf(request.headers.authorization)
  if (!workspace) return reply.code(401).send()
  const { rows } = await pool.query({ ...GET, values: [request.params.id, workspace] })
  return rows[0] ? { data: rows[0] } : reply.code(404).send()
})

app.get<{ Querystring: { limit: string } }>('/databases', async (request, reply) => {
  const workspace = await workspaceOf(request.headers.authorization)
  if (!workspace) return reply.code(401).send()
  const limit = Number(request.query.limit)
  const { rows } = await pool.query({ ...LIST, values: [[workspace], limit + 1] })
  return { data: rows.slice(0, limit), hasMore: rows.length > limit }
})

const address = await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${address}\n`)
process.on('SIGTERM', () => void app.close().then(() => pool.end()))
