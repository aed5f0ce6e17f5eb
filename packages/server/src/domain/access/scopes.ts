/** What can be asked for. There is nothing finer than all that the user may do in one workspace. */
const SCOPES = ['workspace:admin', 'offline_access'] as const

/**
 * The scopes of a request's `scope` parameter, each once; `workspace:admin` when it names none. Null when one is
 * unknown, or when `workspace:admin`, without which a token could do nothing, is not among them.
 */
export function parseScopes(text: string | undefined): string[] | null {
  const asked = new Set((text ?? '').split(' ').filter((scope) => scope !== ''))
  if (asked.size === 0) return ['workspace:admin']
  for (const scope of asked) if (!SCOPES.some((known) => known === scope)) return null
  return asked.has('workspace:admin') ? [...asked] : null
}
