import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { isIP } from 'node:net'
import { addressBytes } from './address-bytes.ts'
import { der } from './der.ts'

/** A certificate and its key, in PEM. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

const DAY_MS = 86_400_000
/** Clients' clocks may run behind ours. */
const BACKDATE_MS = DAY_MS

const ecdsaWithSha256 = der.sequence(der.oid('1.2.840.10045.4.3.2'))

/** A certificate authority, good for ten years and for signing nothing but servers' certificates. */
export function issueAuthority(now: Date): CertificatePair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return issue({
    signer: privateKey,
    subject: authorityName(publicKey),
    key: privateKey,
    now,
    days: 3650,
    extensions: [
      extension('2.5.29.19', der.sequence(der.true, der.integer(Buffer.from([0]))), true),
      // keyCertSign and cRLSign, bits 5 and 6
      extension('2.5.29.15', der.bits(Buffer.from([0b0000_0110]), 1), true),
    ],
  })
}

/** A server's certificate for host names and addresses, good for a year. */
export function issueServerCertificate(
  authority: CertificatePair,
  hosts: readonly string[],
  now: Date,
): CertificatePair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const names = hosts.map((host) =>
    isIP(host) === 0 ? der.implicit(2, Buffer.from(host, 'latin1')) : der.implicit(7, addressBytes(host)),
  )
  return issue({
    signer: createPrivateKey(authority.key),
    subject: commonName('Croft gateway'),
    key: privateKey,
    now,
    days: 365,
    extensions: [
      extension('2.5.29.19', der.sequence(), true),
      // digitalSignature, bit 0: all that ECDHE with ECDSA needs
      extension('2.5.29.15', der.bits(Buffer.from([0b1000_0000]), 7), true),
      // serverAuth
      extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', der.sequence(...names)),
    ],
  })
}

/** RFC 5280, section 4.1. */
function issue(options: {
  readonly signer: KeyObject
  readonly subject: Buffer
  readonly key: KeyObject
  readonly now: Date
  readonly days: number
  readonly extensions: readonly Buffer[]
}): CertificatePair {
  const { signer, key, now } = options
  const signerPublicKey = createPublicKey(signer)
  const publicKey = createPublicKey(key)
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(randomBytes(16)),
    ecdsaWithSha256,
    authorityName(signerPublicKey),
    der.sequence(
      der.time(new Date(now.getTime() - BACKDATE_MS)),
      der.time(new Date(now.getTime() + options.days * DAY_MS)),
    ),
    options.subject,
    spki(publicKey),
    der.explicit(
      3,
      der.sequence(
        ...options.extensions,
        extension('2.5.29.14', der.octets(keyId(publicKey))),
        extension('2.5.29.35', der.sequence(der.implicit(0, keyId(signerPublicKey)))),
      ),
    ),
  )
  const certificate = der.sequence(body, ecdsaWithSha256, der.bits(sign('sha256', body, signer)))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** Follows from the key, so that an issuer's name needs no parsing and no two authorities share one. */
function authorityName(publicKey: KeyObject): Buffer {
  return commonName(`Croft CA ${keyId(publicKey).toString('hex', 0, 4)}`)
}

function commonName(name: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(name))))
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  return der.sequence(der.oid(oid), ...(critical ? [der.true] : []), der.octets(value))
}

function spki(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' })
}

/** RFC 7093, section 2, method 4: any hash will do, as long as it is the same everywhere. */
function keyId(publicKey: KeyObject): Buffer {
  return createHash('sha256').update(spki(publicKey)).digest().subarray(0, 20)
}
