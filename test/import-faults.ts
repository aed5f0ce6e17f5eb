import { dirname, join, normalize } from 'node:path/posix'

export interface Import {
  /** Path from the repository's root. */
  readonly file: string
  readonly specifier: string
}

const FROM = /(?:^|[\s;}])(?:from|import)\s*\(?\s*['"]([^'"\n]+)['"]/g

/** Every module that a source text names, also in `import()`. Comments count: a false alarm is easily reworded. */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(FROM)].flatMap(([, specifier]) => (specifier ? [{ file, specifier }] : []))
}

/** Lower is deeper; imports go down or stay. */
const DEPTH: Readonly<Record<string, number>> = { main: 3, dialects: 2, domain: 1, platform: 0 }

/** Folders of `dialects` that are shared vocabulary of all: pages are looks, not an API. */
const SHARED_BY_DIALECTS = new Set(['page'])

interface Place {
  readonly package: string | null
  /** `main`, `dialects`, ... in the server; else null. */
  readonly layer: string | null
  /** A domain's or dialect's own folder; null for a file directly in the layer. */
  readonly folder: string | null
  readonly file: string
}

function placeOf(path: string): Place {
  const [top, name, source, layer, folder, ...rest] = path.split('/')
  const packageName = top === 'packages' ? (name ?? null) : null
  const layered = packageName === 'server' && source === 'src' && layer !== undefined && layer in DEPTH
  return {
    package: packageName,
    layer: layered ? layer : null,
    folder: layered && rest.length > 0 ? (folder ?? null) : null,
    file: path.split('/').at(-1) ?? '',
  }
}

const isTest = (file: string) =>
  /\.test\.ts$|\/test(-[a-z]+)?\.ts$|\/test-[a-z]+\.ts$|^packages\/[a-z]+\/test\//.test(file)

/** What is wrong with one import, or null. */
export function importFault({ file, specifier }: Import): string | null {
  const from = placeOf(file)
  const fault = (text: string) => `${file} imports ${specifier}: ${text}`
  if (!specifier.startsWith('.')) {
    const ours = /^@croft\/([a-z]+)(\/.*)?$/.exec(specifier)
    if (!ours) return null
    if (file.startsWith('conformance/')) return fault('black-box tests know the product from outside only')
    if (ours[1] === 'protocol' && ours[2] === undefined) return null
    return fault('packages share nothing but @croft/protocol')
  }
  const target = normalize(join(dirname(file), specifier))
  const to = placeOf(target)
  if (file.startsWith('conformance/') && !target.startsWith('conformance/'))
    return fault('black-box tests know the product from outside only')
  if (from.package !== null && to.package !== from.package)
    return fault('a package does not reach into another, nor out of itself')
  if (isTest(file) || from.layer === null || to.layer === null) return null
  if ((DEPTH[to.layer] ?? 0) > (DEPTH[from.layer] ?? 0))
    return fault('imports point from main to dialects to domain to platform')
  if (to.layer === 'dialects' && from.layer === 'dialects' && to.folder !== null) {
    if (from.folder !== to.folder && !SHARED_BY_DIALECTS.has(to.folder))
      return fault('dialects do not know each other')
  }
  if (to.layer === 'domain' && to.folder !== null && to.file !== 'index.ts') {
    if (from.layer !== 'domain' || from.folder !== to.folder)
      return fault('a domain folder is entered by its index.ts')
  }
  return null
}
