import { planRoles as planMariadb } from '../packages/agent/src/engines/mariadb/plan-roles.ts'
import { planRoles as planPostgres } from '../packages/agent/src/engines/postgres/plan-roles.ts'
import { tenantRules } from '../packages/agent/src/engines/redis/access.ts'
import { findEngine } from '../packages/server/src/domain/engines/index.ts'

const ROLE = 'ROLE'

type Statements = (role: { name: string; verifier: string }, database: string) => readonly string[]

/** What an agent sends to a new server for one login, from the code that does so. */
const STATEMENTS: Readonly<Record<string, Statements>> = {
  postgres: (role) => planPostgres([], [role]).statements,
  mariadb: (role, database) =>
    planMariadb({ accounts: [], grants: [], schemas: [database] }, [role], database).statements,
  redis: ({ name, verifier }) => [['ACL SETUSER', name, ...tenantRules(verifier)].join(' ')],
}

/** How an engine makes a login, its verifier left out; empty for an engine that this page does not know. */
export async function rightsOf(engine: string): Promise<readonly string[]> {
  const statementsOf = STATEMENTS[engine]
  const facts = findEngine(engine)
  if (!statementsOf || !facts) return []
  const verifier = await facts.verifierOf('password')
  return statementsOf({ name: ROLE, verifier }, facts.usualDatabase).map((statement) =>
    statement.replaceAll(verifier, 'VERIFIER'),
  )
}
