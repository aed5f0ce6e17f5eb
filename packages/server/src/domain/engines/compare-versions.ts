/** Orders versions as people number them, `10.11` after `10.6`; for `sort`, oldest first. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one.split('.'), other.split('.')]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = Number(a[i] ?? 0) - Number(b[i] ?? 0)
    if (difference !== 0 && !Number.isNaN(difference)) return difference
  }
  return one < other ? -1 : Number(one > other)
}
