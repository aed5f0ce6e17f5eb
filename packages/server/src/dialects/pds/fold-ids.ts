/** Fields of a path that hold ids, `id` and `actorId`; the name of a job is one as it stands. */
const ID = /id$/i

/**
 * Puts the ids of a path in lower case, as rows have them. PostgreSQL takes a UUID in either, but rules, and seals of
 * secrets, compare texts: in capitals an id would slip past a rule that names it.
 */
export function foldIds({ params }: { readonly params: unknown }): void {
  if (typeof params !== 'object' || params === null) return
  for (const [name, value] of Object.entries(params)) {
    if (ID.test(name) && typeof value === 'string') Object.assign(params, { [name]: value.toLowerCase() })
  }
}
