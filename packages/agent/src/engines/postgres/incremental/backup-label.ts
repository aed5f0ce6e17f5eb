import { corruptCopy } from '../../corrupt-copy.ts'

/**
 * The label of the whole that an incremental copy and the earlier one make. Throws `backup-corrupt` when it was not
 * made from that one.
 */
export function wholeLabel(label: string, earlier: string): string {
  const from = lineOf(label, /^INCREMENTAL FROM LSN: (\S+)$/m)
  const start = lineOf(earlier, /^START WAL LOCATION: (\S+) /m)
  const fromTimeline = lineOf(label, /^INCREMENTAL FROM TLI: (\d+)$/m)
  const timeline = lineOf(earlier, /^START TIMELINE: (\d+)$/m)
  if (from !== start || fromTimeline !== timeline) {
    throw corruptCopy(`it was made from another backup than the one before it (${from} is not ${start})`)
  }
  // With these lines a server refuses to start: it takes the directory for half a backup.
  return label.replace(/^INCREMENTAL FROM (LSN|TLI): .*\n/gm, '')
}

function lineOf(label: string, pattern: RegExp): string {
  const found = pattern.exec(label)?.[1]
  if (found === undefined) throw corruptCopy('its label is not one of PostgreSQL')
  return found
}
