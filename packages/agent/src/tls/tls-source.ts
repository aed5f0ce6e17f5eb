import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Logger } from 'pino'
import { type CertificatePair, ensureCertificates } from './certificate-authority.ts'

/** Where a gateway gets its certificate for each new handshake. */
export interface TlsSource {
  secureContext(): SecureContext
  /** The CA a client has to trust; undefined with given files, whose CA is not ours. */
  readonly caFile: string | undefined
  /** Looks for a newer certificate now; it is done by itself from time to time. Keeps the old one on an error. */
  refresh(): Promise<void>
  close(): void
}

export interface TlsOptions {
  /** `<data dir>/tls`, for our own certificates. */
  readonly directory: string
  /** What the server certificate is for, beside localhost, its addresses and this host's name. */
  readonly hostNames: readonly string[]
  /** Certificate chain and key in PEM files, instead of our own. */
  readonly files?: { readonly certificate: string; readonly key: string }
  readonly log: Logger
}

const GIVEN_FILES_CHECK_MS = 30_000
/** A timer of Node cannot wait for a year, and a machine may sleep: so look twice a day. */
const OWN_CERTIFICATE_CHECK_MS = 12 * 3_600_000

/** Reads or makes the gateway's certificate. Rejects when the given files are missing or do not belong together. */
export async function openTls(options: TlsOptions): Promise<TlsSource> {
  const { files, log } = options
  const load = files ? () => readGiven(files) : () => ensureCertificates(options)
  let pair = await load()
  let context = contextOf(pair)

  const refresh = async () => {
    try {
      const newer = await load()
      if (newer.cert === pair.cert && newer.key === pair.key) return
      context = contextOf(newer)
      pair = newer
      log.info('the TLS certificate of the gateway was replaced')
    } catch (error) {
      log.error({ err: error }, 'a new TLS certificate could not be used; the old one stays')
    }
  }
  const timer = setInterval(refresh, files ? GIVEN_FILES_CHECK_MS : OWN_CERTIFICATE_CHECK_MS)
  timer.unref()
  return {
    secureContext: () => context,
    caFile: files ? undefined : join(options.directory, 'ca.crt'),
    refresh,
    close: () => clearInterval(timer),
  }
}

async function readGiven(files: { certificate: string; key: string }): Promise<CertificatePair> {
  return { cert: await readFile(files.certificate, 'utf8'), key: await readFile(files.key, 'utf8') }
}

/** Throws when the key is not the certificate's. */
function contextOf({ cert, key }: CertificatePair): SecureContext {
  return createSecureContext({ cert, key, minVersion: 'TLSv1.2' })
}
