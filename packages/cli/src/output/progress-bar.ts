import { formatBytes, formatPercent, formatSeconds } from './format.ts'

export interface Progress {
  readonly doneBytes: number
  /** An estimate, which what is done may pass. */
  readonly totalBytes: number
}

const WIDTH = 20
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * WIDTH * 8)
  const full = '█'.repeat(Math.floor(eighths / 8))
  return `${full}${EIGHTHS[eighths % 8] ?? ''}`.padEnd(WIDTH, '░')
}

/** `42 %, 126 MB of 300 MB, 45.2 MB/s, 4 s left`: what is known of it. */
function facts({ doneBytes, totalBytes }: Progress, perSecond: number | null): string[] {
  const percent = formatPercent(doneBytes, totalBytes)
  const rest = totalBytes - doneBytes
  return [
    ...(percent === '' ? [] : [percent]),
    totalBytes > 0
      ? `${formatBytes(doneBytes)} of ${formatBytes(Math.max(totalBytes, doneBytes))}`
      : `${formatBytes(doneBytes)}`,
    ...(perSecond === null ? [] : [`${formatBytes(perSecond)}/s`]),
    ...(perSecond !== null && perSecond > 0 && rest > 0 ? [`${formatSeconds(rest / perSecond)} left`] : []),
  ]
}

/** For a line on a terminal that has room for so many characters: as many facts as fit. */
export function renderBar(progress: Progress, perSecond: number | null, room: number): string {
  const { doneBytes, totalBytes } = progress
  const [first = '', ...rest] = facts(progress, perSecond)
  let line = totalBytes > 0 ? `${bar(doneBytes / totalBytes)}  ${first}` : first
  for (const fact of rest) {
    if (line.length + 2 + fact.length > room) break
    line = `${line}  ${fact}`
  }
  return line
}

/** For a log. */
export function renderPlain(progress: Progress, perSecond: number | null): string {
  return facts(progress, perSecond).join(', ')
}
