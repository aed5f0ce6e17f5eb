import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { CertificatePair } from './issue-certificate.ts'
import { writeFileAtomically } from './write-file-atomically.ts'

export type { CertificatePair }

const RENEW_BEFORE_MS = 30 * 86_400_000
/** Loaded when there is something to issue, once a year: it takes 14 MB and 80 ms. */
const loadIssuing = () => import('./issue-certificate.ts')

/**
 * The server certificate of our own authority, with the authority's certificate after it. What is missing, ends
 * within 30 days, or lacks a host name is made and kept in `directory` (`ca.crt`, `ca.key`, `server.crt`,
 * `server.key`). Clients that trust `ca.crt` go on doing so when the server certificate is renewed.
 */
export async function ensureCertificates(options: {
  readonly directory: string
  readonly hostNames: readonly string[]
  readonly log: Logger
  readonly now?: Date
}): Promise<CertificatePair> {
  const { directory, log, now = new Date() } = options
  await mkdir(directory, { recursive: true })
  const authority = await ensureAuthority(directory, log, now)
  const hosts = certifiedHosts(options.hostNames)
  const known = await readPair(directory, 'server')
  const pair =
    known && serves(known, authority, hosts, now) ? known : await renew(directory, authority, hosts, now)
  return { cert: pair.cert + authority.cert, key: pair.key }
}

async function renew(
  directory: string,
  authority: CertificatePair,
  hosts: readonly string[],
  now: Date,
): Promise<CertificatePair> {
  const { issueServerCertificate } = await loadIssuing()
  return keep(directory, 'server', await issueServerCertificate(authority, hosts, now))
}

async function ensureAuthority(directory: string, log: Logger, now: Date): Promise<CertificatePair> {
  const known = await readPair(directory, 'ca')
  if (known && isPair(known) && lasts(known, now)) return known
  if (known) {
    log.warn(
      { file: join(directory, 'ca.crt') },
      'the certificate authority had ended or was damaged, so there is a new one: clients must trust the new file',
    )
  }
  const { issueAuthority } = await loadIssuing()
  return keep(directory, 'ca', await issueAuthority(now))
}

/** Localhost and this host by all its names, then those configured; wildcards of listening are no names. */
export function certifiedHosts(configured: readonly string[]): string[] {
  const names = ['localhost', '127.0.0.1', '::1', hostname(), ...configured].map((name) =>
    name.replace(/^\[(.*)\]$/, '$1').toLowerCase(),
  )
  const isName = (name: string) =>
    /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)
  const usable = names.filter(
    (name) => name !== '0.0.0.0' && name !== '::' && name.length <= 253 && (isIP(name) !== 0 || isName(name)),
  )
  return [...new Set(usable)]
}

function serves(
  pair: CertificatePair,
  authority: CertificatePair,
  hosts: readonly string[],
  now: Date,
): boolean {
  if (!isPair(pair) || !lasts(pair, now)) return false
  const certificate = new X509Certificate(pair.cert)
  return (
    certificate.verify(new X509Certificate(authority.cert).publicKey) &&
    hosts.every((host) =>
      isIP(host) === 0 ? certificate.checkHost(host) !== undefined : certificate.checkIP(host) !== undefined,
    )
  )
}

function isPair(pair: CertificatePair): boolean {
  try {
    return new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))
  } catch {
    return false
  }
}

function lasts(pair: CertificatePair, now: Date): boolean {
  return new X509Certificate(pair.cert).validToDate.getTime() - now.getTime() > RENEW_BEFORE_MS
}

async function readPair(directory: string, name: string): Promise<CertificatePair | undefined> {
  const cert = await readIfThere(join(directory, `${name}.crt`))
  const key = await readIfThere(join(directory, `${name}.key`))
  return cert === undefined || key === undefined ? undefined : { cert, key }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The key goes first: a crash in between leaves a pair that does not match, which is made anew. */
async function keep(directory: string, name: string, pair: CertificatePair): Promise<CertificatePair> {
  await writeFileAtomically(join(directory, `${name}.key`), pair.key, 0o600)
  await writeFileAtomically(join(directory, `${name}.crt`), pair.cert, 0o644)
  return pair
}
