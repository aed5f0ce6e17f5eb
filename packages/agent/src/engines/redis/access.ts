/** The account of the agent. It logs in with a password that is made at each start and kept in memory only. */
export const agentUser = 'croft_agent'

/** Users that are there without anybody's wish. */
export const ownUsers: readonly string[] = ['default', agentUser]

/**
 * What tenants may do: everything with data, nothing with the server. Of what Redis counts as dangerous comes back
 * what only concerns the data (which is theirs alone), and `info`, which many clients ask at their start. Payloads of
 * `restore` are checked in full. The debugger of scripts goes, for it stops a server for as long as its user likes.
 */
export const tenantRights: readonly string[] = [
  'sanitize-payload',
  '~*',
  '&*',
  '+@all',
  '-@admin',
  '-@dangerous',
  '-script|debug',
  ...['+flushall', '+flushdb', '+info', '+keys', '+restore', '+role', '+sort', '+sort_ro', '+swapdb'],
]

/** What `ACL SETUSER` makes a role of, whatever the user was before. */
export function tenantRules(verifier: string): string[] {
  return ['reset', 'on', `#${verifier}`, ...tenantRights]
}
