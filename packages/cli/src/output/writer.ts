import { type Field, renderRecord, renderTable } from './table.ts'

export type Format = 'table' | 'json'

export interface WriterOptions {
  readonly output: Format
  readonly quiet: boolean
}

export interface Writer {
  readonly options: WriterOptions
  /** Several rows. Quiet prints the `key` of each, a line each. */
  list<T>(rows: readonly T[], shown: Shown<T> & { readonly empty: string }): void
  /** One row. */
  record<T>(row: T, shown: Shown<T>): void
  /** For people only: silent when quiet or JSON, so that scripts read data alone. */
  note(text: string): void
}

export interface Shown<T> {
  readonly fields: readonly Field<T>[]
  /** What `--quiet` prints: what a script would want next. */
  key(row: T): string
}

/** The one place where commands print data: stdout is data, stderr the rest. */
export function openWriter(out: NodeJS.WriteStream, err: NodeJS.WriteStream, options: WriterOptions): Writer {
  const lines = (all: readonly string[]) => {
    if (all.length > 0) out.write(`${all.join('\n')}\n`)
  }
  const json = (value: unknown) => out.write(`${JSON.stringify(value, null, 2)}\n`)
  const note = (text: string) => {
    if (!options.quiet && options.output === 'table') err.write(`${text}\n`)
  }
  return {
    options,
    note,
    list(rows, shown) {
      if (options.output === 'json') json(rows)
      else if (options.quiet) lines(rows.map((row) => shown.key(row)))
      else if (rows.length === 0) note(shown.empty)
      else lines(renderTable(rows, shown.fields, out))
    },
    record(row, shown) {
      if (options.output === 'json') json(row)
      else if (options.quiet) lines([shown.key(row)])
      else lines(renderRecord(row, shown.fields, out))
    },
  }
}
