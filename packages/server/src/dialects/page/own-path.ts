const LONGEST_PATH = 2000

/** A path of our own, whatever was asked for: a link must not lead through a login to somewhere else. */
export function ownPath(asked: string | undefined, origin: string): string {
  if (asked === undefined || !asked.startsWith('/') || asked.length > LONGEST_PATH) return '/'
  const url = URL.parse(asked, origin)
  // `/.//host` becomes `//host`, which browsers take for another site.
  const own = url?.origin === new URL(origin).origin && !url.pathname.startsWith('//')
  return own ? url.pathname + url.search : '/'
}
