import { Secret, TOTP } from 'otpauth'

const PERIOD = 30
/** Codes of the step before and the one after count too: phones' clocks differ. */
const WINDOW = 1

const totpOf = (secret: string, label = '') =>
  new TOTP({ issuer: 'Croft', label, secret: Secret.fromBase32(secret), digits: 6, period: PERIOD })

/** A new secret in base 32, and the URL that authenticator apps read from a QR code. */
export function newTotp(email: string): { readonly secret: string; readonly url: string } {
  const secret = new Secret({ size: 20 }).base32
  return { secret, url: totpOf(secret, email).toString() }
}

/** The time step that a code belongs to; null when it is no code of now. */
export function stepOfCode(secret: string, code: string, now = Date.now()): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const delta = totpOf(secret).validate({ token: code, timestamp: now, window: WINDOW })
  return delta === null ? null : TOTP.counter({ period: PERIOD, timestamp: now }) + delta
}
