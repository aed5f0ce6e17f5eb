import { randomBytes, type webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as asn1 from 'asn1js'
import * as pki from 'pkijs'
import { addressBytes } from './address-bytes.ts'

/** A certificate and its key, in PEM. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

const DAY_MS = 86_400_000
/** Clients' clocks may run behind ours. */
const BACKDATE_MS = DAY_MS
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const

interface Authority {
  readonly name: pki.RelativeDistinguishedNames
  readonly keyId: ArrayBuffer
  readonly privateKey: webcrypto.CryptoKey
}

/** A certificate authority, good for ten years and for signing nothing but servers' certificates. */
export async function issueAuthority(now: Date): Promise<CertificatePair> {
  const keys = await makeKeys()
  const keyId = await keyIdOf(keys.publicKey)
  // Named after its key, so that no two authorities share a name.
  const name = commonName(`Croft CA ${Buffer.from(keyId).toString('hex', 0, 4)}`)
  return issue({
    authority: { name, keyId, privateKey: keys.privateKey },
    subject: name,
    keys,
    now,
    days: 3650,
    extensions: [
      extension(pki.id_BasicConstraints, new pki.BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      // keyCertSign and cRLSign, bits 5 and 6
      extension(pki.id_KeyUsage, bits(0b0000_0110, 1), true),
    ],
  })
}

/** A server's certificate for host names and addresses, good for a year. */
export async function issueServerCertificate(
  authority: CertificatePair,
  hosts: readonly string[],
  now: Date,
): Promise<CertificatePair> {
  const names = hosts.map((host) =>
    isIP(host) === 0
      ? new pki.GeneralName({ type: 2, value: host })
      : new pki.GeneralName({ type: 7, value: new asn1.OctetString({ valueHex: addressBytes(host) }) }),
  )
  return issue({
    authority: await readAuthority(authority),
    subject: commonName('Croft gateway'),
    keys: await makeKeys(),
    now,
    days: 365,
    extensions: [
      extension(pki.id_BasicConstraints, new pki.BasicConstraints(), true),
      // digitalSignature, bit 0: all that ECDHE with ECDSA needs
      extension(pki.id_KeyUsage, bits(0b1000_0000, 7), true),
      // serverAuth
      extension(pki.id_ExtKeyUsage, new pki.ExtKeyUsage({ keyPurposes: ['1.3.6.1.5.5.7.3.1'] })),
      extension(pki.id_SubjectAltName, new pki.GeneralNames({ names })),
    ],
  })
}

async function issue(options: {
  readonly authority: Authority
  readonly subject: pki.RelativeDistinguishedNames
  readonly keys: webcrypto.CryptoKeyPair
  readonly now: Date
  readonly days: number
  readonly extensions: readonly pki.Extension[]
}): Promise<CertificatePair> {
  const { authority, keys, now } = options
  const certificate = new pki.Certificate({
    version: 2,
    serialNumber: new asn1.Integer({ valueHex: serialNumber() }),
    issuer: authority.name,
    subject: options.subject,
    notBefore: time(now.getTime() - BACKDATE_MS),
    notAfter: time(now.getTime() + options.days * DAY_MS),
  })
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey)
  const subjectKeyId = new asn1.OctetString({ valueHex: await keyIdOf(keys.publicKey) })
  const authorityKeyId = new asn1.OctetString({ valueHex: authority.keyId })
  certificate.extensions = [
    ...options.extensions,
    extension(pki.id_SubjectKeyIdentifier, { toSchema: () => subjectKeyId }),
    extension(
      pki.id_AuthorityKeyIdentifier,
      new pki.AuthorityKeyIdentifier({ keyIdentifier: authorityKeyId }),
    ),
  ]
  await certificate.sign(authority.privateKey, 'SHA-256')
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: pem('CERTIFICATE', certificate.toSchema(true).toBER()), key: pem('PRIVATE KEY', key) }
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
}

async function readAuthority({ cert, key }: CertificatePair): Promise<Authority> {
  const certificate = pki.Certificate.fromBER(bytesOf(cert))
  return {
    name: certificate.subject,
    keyId: await keyIdOf(await certificate.getPublicKey()),
    privateKey: await crypto.subtle.importKey('pkcs8', bytesOf(key), ECDSA, false, ['sign']),
  }
}

/** RFC 7093, section 2, method 4: any hash will do, as long as it is the same everywhere. */
async function keyIdOf(publicKey: webcrypto.CryptoKey): Promise<ArrayBuffer> {
  const info = await crypto.subtle.exportKey('spki', publicKey)
  return (await crypto.subtle.digest('SHA-256', info)).slice(0, 20)
}

/** 16 bytes of which the first is from 0x40 to 0x7f: positive, and as short as it can be written. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8() & 0x3f) | 0x40)
  return bytes
}

function commonName(value: string): pki.RelativeDistinguishedNames {
  const name = new pki.AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1.Utf8String({ value }) })
  return new pki.RelativeDistinguishedNames({ typesAndValues: [name] })
}

/** UTCTime has two digits of year, so RFC 5280 asks for the other from 2050 on. */
function time(ms: number): pki.Time {
  const value = new Date(ms)
  return new pki.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value })
}

function bits(value: number, unusedBits: number) {
  const string = new asn1.BitString({ valueHex: Uint8Array.of(value), unusedBits })
  return { toSchema: () => string }
}

function extension(
  extnID: string,
  value: { toSchema(): { toBER(): ArrayBuffer } },
  critical = false,
): pki.Extension {
  return new pki.Extension({ extnID, critical, extnValue: value.toSchema().toBER() })
}

function pem(label: string, bytes: ArrayBuffer): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64')
}
