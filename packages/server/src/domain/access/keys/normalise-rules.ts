import { CroftError } from '../../../platform/errors/index.ts'
import { type Conditions, PRIORITY_LIMIT } from '../rules/rule.ts'
import { ACTIONS, type Action, SCOPE_FIELDS, type SubjectName } from '../rules/subjects.ts'
import { type ConditionFault, conditionFaults } from './check-conditions.ts'
import { countRule, type Extent, newExtent } from './extent.ts'
import type { RuleInput } from './rule-input.ts'
import { RULED, type StoredRule } from './stored-rule.ts'

/** What rules of keys may name. */
export const KEY_SUBJECTS: readonly (SubjectName | 'all')[] = [...RULED, 'all']

/** Of what clients emit, in the original; nobody may forge the platform's own events. */
export const EMITTED_TOPIC = 'topic:runtime:emit'

const LONGEST_REASON = 1000
const listOf = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one)
const isSubject = (name: string): name is SubjectName | 'all' => KEY_SUBJECTS.some((known) => known === name)
const isAction = (name: string): name is Action => ACTIONS.some((known) => known === name)

function invalid(message: string, faults: readonly ConditionFault[] = []): CroftError {
  return new CroftError('rules-invalid', message, faults.length > 0 ? { fields: faults } : {})
}

function checkedSubjects({ subject }: RuleInput): readonly (SubjectName | 'all')[] {
  const names = listOf(subject)
  if (names.length > 0 && names.every(isSubject)) return names
  throw invalid(`Forbidden subjectType '${names.join(',')}' found in security rules`)
}

function checkedActions({ action }: RuleInput): readonly Action[] {
  const names = listOf(action)
  if (names.length > 0 && names.every(isAction)) return names
  throw invalid(`Forbidden actionType '${names.join(',')}' found in security rules`)
}

function checkRest({ priority, reason, conditions }: RuleInput, at: string, extent: Extent): void {
  const faults: ConditionFault[] = []
  if (priority !== undefined && !(Number.isInteger(priority) && Math.abs(priority) < PRIORITY_LIMIT)) {
    const message = `must be a whole number between -${PRIORITY_LIMIT} and ${PRIORITY_LIMIT}`
    faults.push({ path: `${at}/priority`, message })
  }
  if (
    reason !== undefined &&
    (reason.length > LONGEST_REASON || !/^[^\0]*$/.test(reason) || !reason.isWellFormed())
  ) {
    const message = `must be text of at most ${LONGEST_REASON} characters`
    faults.push({ path: `${at}/reason`, message })
  }
  for (const { path, message } of conditionFaults(conditions ?? {}, extent)) {
    faults.push({ path: `${at}/conditions${path}`, message })
  }
  const [first] = faults
  if (first) throw invalid(`${first.path.slice(1).replaceAll('/', '.')} ${first.message}`, faults)
}

/** The conditions with the scope last: it overrides what the client wrote there. `all` has none of its own. */
function scoped(
  conditions: Conditions | undefined,
  subject: SubjectName | 'all',
  workspaceId: string,
): Conditions {
  if (subject === 'all') return { ...conditions }
  const field = SCOPE_FIELDS.workspace[subject] ?? 'workspaceId'
  const { [field]: _overridden, ...others } = conditions ?? {}
  return { ...others, [field]: workspaceId }
}

function rulesOf(
  rule: RuleInput,
  actions: readonly Action[],
  subject: SubjectName | 'all',
  workspaceId: string,
): StoredRule[] {
  const { inverted, reason, role, priority } = rule
  const conditions = scoped(rule.conditions, subject, workspaceId)
  const made = (action: StoredRule['action'], more: Conditions = {}): StoredRule => ({
    action,
    ...(role === undefined ? {} : { role }),
    ...(inverted === undefined ? {} : { inverted }),
    ...(reason === undefined ? {} : { reason }),
    ...(priority === undefined ? {} : { priority }),
    subject,
    ...(Object.keys({ ...conditions, ...more }).length > 0 ? { conditions: { ...conditions, ...more } } : {}),
  })
  // `manage` is not split, so it lets native events through, as in the original; the trail takes none from outside.
  if (subject !== 'events' || !actions.includes('create')) return [made(actions)]
  const others = actions.filter((action) => action !== 'create')
  const create = made('create', { 'source.serviceTopic': EMITTED_TOPIC })
  return others.length > 0 ? [made(others), create] : [create]
}

/**
 * Rules as they are kept and shown: one subject each, and bound to the workspace. Throws `rules-invalid` in the words
 * of Prisme.ai's API for an action or subject that is none, and for conditions that could never match. `extent` is of
 * what belongs to the same policy.
 */
export function normaliseRules(
  workspaceId: string,
  rules: readonly RuleInput[],
  extent: Extent = newExtent(),
): StoredRule[] {
  return rules.flatMap((rule, i) => {
    const subjects = checkedSubjects(rule)
    const actions = checkedActions(rule)
    countRule(extent, rule, subjects.length)
    checkRest(rule, `/rules/${i}`, extent)
    return subjects.flatMap((subject) => rulesOf(rule, actions, subject, workspaceId))
  })
}
