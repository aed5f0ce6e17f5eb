/**
 * A number with an optional unit, in the base unit; null when it is not one. Below zero are only words for "as another
 * setting" and such, which have no unit; and a leading zero is octal to PostgreSQL.
 */
export function readQuantity(
  value: string,
  bare: number,
  units: Readonly<Record<string, number>>,
  exactCase: boolean,
): number | null {
  const [, digits, suffix] = /^(-[1-9]\d{0,3}(?![A-Za-z])|0|[1-9]\d{0,14})([A-Za-z]*)$/.exec(value) ?? []
  if (digits === undefined || suffix === undefined) return null
  if (suffix === '') return Number(digits) * bare
  const same = (unit: string) => (exactCase ? unit === suffix : unit.toLowerCase() === suffix.toLowerCase())
  const found = Object.entries(units).find(([unit]) => same(unit))
  return found ? Number(digits) * found[1] : null
}
