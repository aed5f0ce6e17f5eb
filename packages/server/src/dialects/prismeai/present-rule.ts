import type { StoredRule } from '../../domain/access/index.ts'

const list = <One>(value: One | readonly One[]): One | One[] =>
  Array.isArray(value) ? [...value] : (value as One)

/** A rule as it is kept. */
export function presentRule({ action, subject, role, inverted, reason, priority, conditions }: StoredRule) {
  return {
    action: list<string>(action),
    ...(role === undefined ? {} : { role: list<string>(role) }),
    ...(inverted === undefined ? {} : { inverted }),
    ...(reason === undefined ? {} : { reason }),
    ...(priority === undefined ? {} : { priority }),
    subject,
    ...(conditions === undefined ? {} : { conditions: { ...conditions } }),
  }
}
