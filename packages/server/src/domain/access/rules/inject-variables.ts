import type { Conditions, Rule } from './rule.ts'

/** What `${path}` and `{{path}}` in conditions stand for. */
export interface Variables {
  readonly user?: Readonly<Record<string, unknown>>
  readonly session?: Readonly<Record<string, unknown>>
}

const PLACEHOLDER = /\$\{([a-zA-Z.]+)\}|\{\{([a-zA-Z.]+)\}\}/g

/** Thrown inside only: a rule with a variable that nobody set does not apply, whether it allows or forbids. */
class Missing extends Error {}

function lookUp(variables: Variables, path: string): unknown {
  let value: unknown = variables
  for (const name of path.split('.')) {
    const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    value = isOwn ? (value as Record<string, unknown>)[name] : undefined
  }
  if (value === undefined || value === null) throw new Missing()
  return value
}

function fillText(text: string, variables: Variables): string {
  return text.replaceAll(PLACEHOLDER, (_all, dollar?: string, braces?: string) =>
    String(lookUp(variables, dollar ?? braces ?? '')),
  )
}

/** A text that is one placeholder becomes the value itself, which may be an array or a number. */
function fillValue(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const [only] = value.matchAll(PLACEHOLDER)
    if (only && only[0] === value) return lookUp(variables, only[1] ?? only[2] ?? '')
    return fillText(value, variables)
  }
  // Arrays are left alone: so the original does it.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return fillObject(value, variables)
}

function fillObject(object: object, variables: Variables): Conditions {
  const filled: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(object)) {
    const known = fillValue(value, variables)
    if ((key === '$in' || key === '$nin' || key === '$all') && !Array.isArray(known)) throw new Missing()
    filled[fillText(key, variables)] = known
  }
  return filled
}

/** The rules with their variables filled in; those with one that is not set are left out. */
export function injectVariables(rules: readonly Rule[], variables: Variables): Rule[] {
  return rules.flatMap((rule) => {
    if (rule.conditions === undefined) return [rule]
    try {
      return [{ ...rule, conditions: fillObject(rule.conditions, variables) }]
    } catch (error) {
      if (error instanceof Missing) return []
      throw error
    }
  })
}

/** Whether any condition has a variable: then a rule set means something else for each caller. */
export function hasVariables(rules: readonly Rule[]): boolean {
  return rules.some((rule) => rule.conditions && /\$\{|\{\{/.test(JSON.stringify(rule.conditions)))
}
