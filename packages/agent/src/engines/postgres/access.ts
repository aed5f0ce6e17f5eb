/** Who may log in to a tenant's server, in pg_hba.conf's words; its socket lies in a directory of mode 0700. */
export const tenantAccess: readonly string[] = [
  'local all croft_agent trust',
  'local replication croft_agent trust',
  // Internal, and a session in template1 would keep everybody from creating databases.
  'local croft,template1 all reject',
  'local all all scram-sha-256',
]

/** The superuser of every tenant's server; it logs in over the private socket only. */
export const agentRole = 'croft_agent'
/** Owns whatever any credential makes, so that no credential is needed for ever. */
export const ownerRole = 'croft_owner'
/** Database of the agent itself: tenants cannot enter it, so nothing in it can be prepared by them. */
export const agentDatabase = 'croft'
