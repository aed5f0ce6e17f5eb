const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units, as disks and PostgreSQL's tools count what they store. */
export function formatBytes(bytes: number): string
export function formatBytes(bytes: number | null | undefined): string | null
export function formatBytes(bytes: number | null | undefined): string | null {
  if (bytes === null || bytes === undefined) return null
  const unit = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const value = bytes / 1000 ** unit
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** An ISO time as `2026-01-31 12:00:05`, in the user's zone. */
export function formatTime(iso: string | null | undefined): string | null {
  if (!iso) return null
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  return date.toLocaleString('sv-SE')
}

export function formatPercent(part: number, whole: number): string {
  return whole > 0 ? `${Math.min(100, Math.floor((part / whole) * 100))} %` : ''
}

/** A length of time in its largest two units: `4 s`, `1 min 5 s`, `2 h 3 min`, `3 d 1 h`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  for (const [unit, name, part, partName] of [
    [86_400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'min'],
    [60, 'min', 1, 's'],
  ] as const) {
    if (whole < unit) continue
    const rest = Math.floor((whole % unit) / part)
    return rest === 0
      ? `${Math.floor(whole / unit)} ${name}`
      : `${Math.floor(whole / unit)} ${name} ${rest} ${partName}`
  }
  return `${whole} s`
}
