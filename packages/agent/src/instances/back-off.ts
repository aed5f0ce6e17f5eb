/** Longest pause between two tries, in ms. */
const LONGEST = 60_000

/** Pause before the next try after `failures` failures in a row: 0, 1, 2, 4 ... 60 s. */
export function backOff(failures: number): number {
  if (failures <= 1) return 0
  return Math.min(LONGEST, 1000 * 2 ** (failures - 2))
}
