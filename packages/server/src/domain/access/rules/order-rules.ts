import type { Rule } from './rule.ts'

/**
 * How strong a rule is: any priority beats none, then forbidding beats allowing. Contract: contracts of Prisme.ai
 * (its comparator seems to count conditions, but that never has an effect).
 */
function compareStrength(one: Rule, other: Rule): number {
  if (one.priority || other.priority) {
    if (!one.priority) return -1
    if (!other.priority) return 1
    return one.priority - other.priority
  }
  return Number(one.inverted ?? false) - Number(other.inverted ?? false)
}

/**
 * All rules, the weakest first. `batches` are in the order of loading: among equals the later rule of a batch is
 * stronger than the earlier, and the earlier batch stronger than the later.
 */
export function orderRules(batches: readonly (readonly Rule[])[]): Rule[] {
  return batches.toReversed().flat().sort(compareStrength)
}
