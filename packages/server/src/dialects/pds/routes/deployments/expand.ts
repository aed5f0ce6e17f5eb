import { CroftError } from '../../../../platform/errors/index.ts'

/** Which related things are wanted; the query has their names with commas between. Throws `invalid-input`. */
export function readExpand<Name extends string>(
  query: string | undefined,
  allowed: readonly Name[],
): ReadonlySet<Name> {
  const wanted = (query ?? '').split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => name !== '' && !allowed.some((each) => each === name))
  if (unknown === undefined) return new Set(allowed.filter((name) => wanted.includes(name)))
  throw new CroftError(
    'invalid-input',
    `The query is not valid: there is no ${JSON.stringify(unknown)} to expand.`,
    {
      fields: [{ path: '/expand', message: `must be of ${allowed.join(', ')}` }],
    },
  )
}
