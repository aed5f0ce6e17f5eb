import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * A refresh token's successor, sealed with the token it replaced. Only who still presents the old one can open
 * it: the database alone cannot, and there is no key of ours to rotate. An old token seals one successor ever.
 */
function keyOf(old: string): Buffer {
  return Buffer.from(hkdfSync('sha256', old, '', 'croft refresh token successor', 32))
}

export function sealSuccessor(successor: string, old: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(old), nonce)
  const text = Buffer.concat([cipher.update(successor, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text])
}

/** Throws when `sealed` was not made with `old`. */
export function openSuccessor(sealed: Buffer, old: string): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(old), sealed.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(sealed.subarray(12, 28))
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
}
