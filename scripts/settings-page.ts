import { flagOf, type SettingName, Settings } from '@croft/protocol'
import { SETTING_GROUPS } from '../packages/cli/src/settings/groups.ts'

interface SettingSchema {
  readonly default?: unknown
  readonly description?: string
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly { readonly const?: unknown }[]
}

const schemas = Settings.properties as unknown as Readonly<Record<SettingName, SettingSchema>>

function valuesOf(schema: SettingSchema): string {
  const choices = schema.enum ?? schema.anyOf?.map((option) => option.const)
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (schema.type !== 'integer') return 'text'
  const { minimum, maximum } = schema
  return maximum === undefined ? `number, ${minimum} or more` : `number, ${minimum} to ${maximum}`
}

function rowOf(name: SettingName): string {
  const schema = schemas[name]
  const fallback = schema.default === undefined ? '–' : `\`${schema.default}\``
  const cells = [
    `\`${name}\`<br>\`${flagOf(name)}\``,
    valuesOf(schema),
    fallback,
    (schema.description ?? '').replaceAll('<', '&lt;'),
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** `docs/reference/settings.md`, from the schema of all settings. */
export function settingsPage(): string {
  const groups = Object.entries(SETTING_GROUPS).map(
    ([title, names]) => `## ${title}

| setting and flag | values | default | what it does |
| --- | --- | --- | --- |
${names.map(rowOf).join('\n')}
`,
  )
  return `<!-- Written by scripts/write-reference.ts from packages/protocol/src/settings.ts. -->

# Settings

Each setting is an environment variable and a flag of \`croft start\`, \`croft server\` and \`croft agent\`
(with \`npm start\`, after \`--\`). A flag wins over its variable. A wrong value, or a \`CROFT_\` variable that does not
exist, stops the start, and the message lists every fault. Empty variables count as not set.

\`\`\`sh
CROFT_PORT=8000 npm start
npm start -- --port 8000
\`\`\`

${groups.join('\n')}
## Of the client commands

\`croft database\`, \`croft backup\` and the other commands that talk to a running Croft read \`CROFT_URL\` and
\`CROFT_TOKEN\` (or \`--url\` and \`--token\`), and otherwise the \`bootstrap.json\` in \`CROFT_DATA_DIR\`.
`
}
