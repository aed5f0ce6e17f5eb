import { stripVTControlCharacters } from 'node:util'
import { styled } from './style.ts'

/** One column of a table, or one line of a record. */
export interface Field<T> {
  readonly title: string
  value(row: T): string | number | boolean | null | undefined
}

/** Names are other people's text: no control characters of theirs on this terminal. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f]/g, ' ')
}

function cell<T>(field: Field<T>, row: T): string {
  const value = field.value(row)
  if (value === null || value === undefined || value === '') return '-'
  return plain(String(value))
}

/** Rows below aligned headings. */
export function renderTable<T>(
  rows: readonly T[],
  fields: readonly Field<T>[],
  stream: NodeJS.WriteStream,
): string[] {
  const cells = rows.map((row) => fields.map((field) => cell(field, row)))
  const widths = fields.map((field, column) =>
    Math.max(field.title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  )
  const join = (line: readonly string[]) =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const heading = join(fields.map((field) => field.title.toUpperCase()))
  return [styled(stream, 'dim', heading), ...cells.map(join)]
}

/** One record, a line for each field. */
export function renderRecord<T>(row: T, fields: readonly Field<T>[], stream: NodeJS.WriteStream): string[] {
  const width = Math.max(...fields.map((field) => field.title.length))
  return fields.map((field) => `${styled(stream, 'dim', field.title.padEnd(width + 2))}${cell(field, row)}`)
}
