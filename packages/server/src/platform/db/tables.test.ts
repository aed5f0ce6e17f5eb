import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestDatabase } from '../../../test/database.ts'

interface Column {
  readonly name: string
  readonly nullable: boolean
  readonly hasDefault: boolean
}

function parseInterface(source: string, name: string): Column[] {
  const body = new RegExp(`^export interface ${name} \\{\n(.*?)^\\}`, 'ms').exec(source)?.[1]
  assert.ok(body, `tables.ts has no interface ${name}`)
  return body
    .split('\n')
    .map((line) => /^ {2}(\w+): (.+)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, column = '', type = '']) => ({
      name: column,
      nullable: type.includes('| null'),
      hasDefault: type.startsWith('Generated<') || type === 'CreatedAt',
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

test('the table types say what the migrated schema has', async (t) => {
  const { pool } = await createTestDatabase(t)
  const files = ['tables.ts', 'backup-tables.ts', 'engine-tables.ts', 'deployment-tables.ts'].map((name) =>
    join(import.meta.dirname, name),
  )
  const source = (await Promise.all(files.map((path) => readFile(path, 'utf8')))).join('\n')
  const tables = [
    ...source.matchAll(/^export interface (?:Deployment)?Tables (?:extends \w+ )?\{\n(.*?)^\}/gms),
  ]
    .map(([, body]) => body)
    .join('')
  assert.ok(tables)
  const typed = new Map(
    [...tables.matchAll(/^ {2}(\w+): (\w+)$/gm)].map(([, table = '', name = '']) => [
      table,
      parseInterface(source, name),
    ]),
  )
  const { rows } = await pool.query<Column & { table: string }>(`
    select table_name as table, column_name as name, is_nullable = 'YES' as nullable,
      column_default is not null as "hasDefault"
    from information_schema.columns where table_schema = 'croft' order by column_name collate "C"`)
  const real = new Map<string, Column[]>()
  for (const { table, name, nullable, hasDefault } of rows) {
    real.set(table, [...(real.get(table) ?? []), { name, nullable, hasDefault }])
  }
  assert.deepEqual([...typed.keys()].sort(), [...real.keys()].sort())
  for (const [table, columns] of real) assert.deepEqual(typed.get(table), columns, table)
})
