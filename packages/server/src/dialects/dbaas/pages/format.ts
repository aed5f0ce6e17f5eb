import { type Html, html } from '../../page/html.ts'

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

/** `1.5 MB`, by powers of 1024 as the API counts. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${UNITS[unit]}`
}

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** A day, or a moment in UTC. */
export function formatTime(iso: string): Html {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return html`${iso}`
  const text = iso.includes('T') ? `${TIME.format(date)} UTC` : DATE.format(date)
  return html`<time datetime="${iso}">${text}</time>`
}
