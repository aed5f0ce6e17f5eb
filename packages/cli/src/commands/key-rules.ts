import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { isRecord } from '../record.ts'

export interface RuleOptions {
  readonly rules?: string
  readonly allow?: readonly string[]
  readonly deny?: readonly string[]
}

type Rule = Readonly<Record<string, unknown>>

const FORM = 'It looks like: --allow "read,create databases" or --deny "delete databases,backups"'

/** `read,create databases` as a rule. */
function shortRule(words: string, inverted: boolean): Rule {
  const [actions, subjects, ...more] = words.trim().split(/\s+/)
  if (!actions || !subjects || more.length > 0)
    throw new CliFault(`"${words}" is no rule.`, { hint: FORM, exitCode: 2 })
  return { action: actions.split(','), subject: subjects.split(','), ...(inverted ? { inverted } : {}) }
}

async function rulesIn(context: Context, file: string): Promise<readonly Rule[]> {
  const source = file === '-' ? 'standard input' : file
  const read = file === '-' ? text(process.stdin) : readFile(resolve(context.directory, file), 'utf8')
  const content = await read.catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliFault(`The rules cannot be read: ${reason}`)
  })
  try {
    const parsed: unknown = JSON.parse(content)
    const list = isRecord(parsed) ? parsed.rules : parsed
    if (Array.isArray(list) && list.every(isRecord)) return list
  } catch {
    // Said below.
  }
  throw new CliFault(`${source} has no rules.`, {
    hint: 'It must hold a JSON array of rules, or an object with one in "rules". See docs/reference/rules.md.',
    exitCode: 2,
  })
}

/** The rules that a command line gives; undefined when it gives none. */
export async function readRules(
  context: Context,
  { rules, allow = [], deny = [] }: RuleOptions,
): Promise<readonly Rule[] | undefined> {
  if (rules === undefined && allow.length === 0 && deny.length === 0) return undefined
  return [
    ...(rules === undefined ? [] : await rulesIn(context, rules)),
    ...allow.map((words) => shortRule(words, false)),
    ...deny.map((words) => shortRule(words, true)),
  ]
}
