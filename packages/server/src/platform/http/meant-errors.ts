import type { TLocalizedValidationError } from 'typebox/error'

const DISCRIMINATOR = /^(.*)\/anyOf\/(\d+)\/properties\/type$/

/**
 * Of a value that fits no branch of a union, what is wrong with the branch that its `type` names: what the others want
 * would only mislead. When it names none, the types there are. Other unions are left as they are.
 */
export function meantErrors(
  errors: readonly TLocalizedValidationError[],
): readonly TLocalizedValidationError[] {
  /** The types of the branches that were not meant, by union and by branch. */
  const others = new Map<string, Map<string, string>>()
  for (const error of errors) {
    const [, union, branch] = DISCRIMINATOR.exec(error.schemaPath) ?? []
    if (error.keyword !== 'const' || union === undefined || branch === undefined) continue
    const types = others.get(union) ?? new Map<string, string>()
    others.set(union, types.set(`${union}/anyOf/${branch}`, String(error.params.allowedValue)))
  }
  const said = new Set<string>()
  return errors.flatMap((error) => {
    if (error.keyword === 'anyOf' && others.has(error.schemaPath)) return []
    const union = [...others.keys()].find((path) => error.schemaPath.startsWith(`${path}/anyOf/`))
    const types = union === undefined ? undefined : others.get(union)
    if (union === undefined || types === undefined) return [error]
    const isOther = (path: string) =>
      [...types.keys()].some((branch) => path === branch || path.startsWith(`${branch}/`))
    const isMeant = errors.some(
      ({ schemaPath }) => schemaPath.startsWith(`${union}/anyOf/`) && !isOther(schemaPath),
    )
    if (isMeant) return isOther(error.schemaPath) ? [] : [error]
    if (error.keyword !== 'const' || said.has(union)) return []
    said.add(union)
    return [{ ...error, message: `must be one of ${[...types.values()].join(', ')}` }]
  })
}
