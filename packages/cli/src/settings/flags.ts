import { flagOf, type SettingName, Settings } from '@croft/protocol'
import { type Command, Option } from 'commander'
import { concerns, type ProcessCommand, SETTING_GROUPS } from './groups.ts'

interface SettingSchema {
  readonly default?: unknown
  readonly description?: string
  readonly type?: string
  readonly anyOf?: readonly { readonly const?: unknown }[]
  readonly enum?: readonly unknown[]
}

const schemas = Settings.properties as unknown as Readonly<Record<SettingName, SettingSchema>>

function choicesOf(schema: SettingSchema): readonly unknown[] {
  return schema.enum ?? schema.anyOf?.map((option) => option.const) ?? []
}

function placeholder(name: SettingName, schema: SettingSchema): string {
  if (choicesOf(schema).length > 0) return '<choice>'
  if (schema.type === 'integer') return '<number>'
  if (name.endsWith('_URL')) return '<url>'
  return /_(DIR|FILE|CERT|KEY)$/.test(name) ? '<path>' : '<text>'
}

function describe(schema: SettingSchema): string {
  const choices = choicesOf(schema).join(', ')
  const text = (schema.description ?? '').replace(/\.$/, '')
  const notes = [
    choices && `one of: ${choices}`,
    schema.default !== undefined && `default: ${schema.default}`,
  ]
  const shown = notes.filter((note) => note)
  return shown.length > 0 ? `${text} (${shown.join('; ')})` : text
}

/** Gives a command a flag for every setting, grouped and described from their one schema. */
export function addSettingFlags(command: Command, kind: ProcessCommand): void {
  for (const [group, names] of Object.entries(SETTING_GROUPS)) {
    for (const name of names) {
      const schema = schemas[name]
      const option = new Option(`${flagOf(name)} ${placeholder(name, schema)}`, describe(schema))
      option.helpGroup(`${group}:`)
      if (!concerns(kind, name)) option.hideHelp()
      command.addOption(option)
    }
  }
}
