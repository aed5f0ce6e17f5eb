/**
 * The account of the agent. It logs in with a password that is made at each start and kept in memory only. Not by
 * unix_socket authentication: gateways connect as the agent's system user, so a tenant's session could change to it.
 */
export const agentUser = 'croft_agent'

/** The database of those who have not chosen a name. */
export const usualDatabase = 'main'

/** MariaDB's own schemas. No tenant has rights there. */
export const systemSchemas: readonly string[] = ['information_schema', 'mysql', 'performance_schema', 'sys']

/** What DBaaS and MariaDB's own limits allow for a database. */
export const databaseNamePattern = /^[a-z0-9_]{1,63}$/
