import { readFile, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { AgentFault } from '../../fault.ts'
import { makePassable } from '../../host/passable-directory.ts'
import { runCommand } from '../../host/run-command.ts'

const root = { user: null, cwd: '/', timeoutMs: 300_000 }

/**
 * Makes the links between a package's libraries. A tarball of npm cannot hold links, so the package lists them
 * and an install script of its own makes them; npm may hold such scripts back. False when they are missing and
 * cannot be made here.
 */
export async function hydrateLinks(directory: string): Promise<boolean> {
  for (const { source, target } of await listedLinks(directory)) {
    const link = resolve(directory, target)
    const file = resolve(directory, source)
    if (![link, file].every((path) => path.startsWith(directory + sep))) {
      throw new AgentFault('engine-not-installed', `The package in ${directory} links outside of itself.`)
    }
    try {
      await symlink(relative(dirname(link), file), link)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false
    }
  }
  return true
}

async function listedLinks(directory: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(join(directory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const listed: unknown = JSON.parse(text)
  if (!Array.isArray(listed)) return []
  return listed.map((entry: unknown) => {
    if (typeof entry === 'object' && entry && 'source' in entry && 'target' in entry) {
      return { source: String(entry.source), target: String(entry.target) }
    }
    throw new AgentFault('engine-not-installed', `The list of links in ${directory} is malformed.`)
  })
}

/** Copies a package to a place of its own, all at once or not at all. */
export async function copyPackage(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`
  await rm(partial, { recursive: true, force: true })
  await makePassable(dirname(to))
  await runCommand('cp', ['-a', from, partial], root)
  await settlePackage(partial, to)
}

/** Gives a complete package its final name: links made, readable for everybody. */
export async function settlePackage(partial: string, to: string): Promise<void> {
  if (!(await hydrateLinks(partial))) {
    throw new AgentFault(
      'engine-not-installed',
      `The links between the libraries in ${partial} cannot be made.`,
    )
  }
  // npm and cp keep what a strict umask made of the modes; the programs hold no secret.
  await runCommand('chmod', ['-R', 'u=rwX,go=rX', partial], root)
  await rm(to, { recursive: true, force: true })
  await rename(partial, to)
}
