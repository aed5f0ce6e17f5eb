import { isAbsolute, relative } from 'node:path'

/** The shorter way to write a path from here: relative while it stays below the directory. */
export function showPath(path: string, directory: string): string {
  const short = relative(directory, path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}
