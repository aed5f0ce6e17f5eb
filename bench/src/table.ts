import type { Row, Unit } from './benchmark.ts'

function show(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return '-'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return unit === '%' ? `${value.toFixed(1)} %` : `${value.toFixed(digits)} ${unit}`
}

/** The rows as a Markdown table with aligned columns. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [
    ['what', 'goal', 'median', 'p99', 'samples', 'goal met'],
    ...rows.map((row) => [
      row.what,
      row.goal,
      show(row.median, row.unit),
      show(row.p99, row.unit),
      String(row.samples),
      row.met ? 'yes' : 'no',
    ]),
  ]
  const [head = []] = lines
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const format = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = format(widths.map((width) => '-'.repeat(width)))
  const notes = rows.filter(({ note }) => note !== '').map(({ what, note }) => `- ${what}: ${note}`)
  const reasons = rows
    .filter(({ met, why }) => !met && why !== '')
    .map(({ what, why }) => `- missed: ${what}: ${why}`)
  const [first = [], ...rest] = lines
  return [format(first), rule, ...rest.map(format), '', ...notes, '', ...reasons].join('\n')
}
