import { transliterate } from 'transliteration'

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' }

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : ''
  })
}

/**
 * A name as the API keeps it: ASCII letters and digits in small, everything else one underscore between them; `''` for
 * a name of punctuation only. `café 北京` is `cafe_bei_jing`, `O'Brien` is `obrien`.
 */
export function slugify(text: string): string {
  const ascii = transliterate(decodeEntities(transliterate(text)))
    .normalize('NFKD')
    .toLowerCase()
  return ascii
    .replaceAll("'", '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
}
