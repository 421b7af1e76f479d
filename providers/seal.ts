import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** The reason for which a sealed text could not be opened. Carries neither the text nor the key. */
export class SealFailure extends Error {
  readonly code: 'malformed' | 'unknown_key' | 'altered'

  constructor(code: SealFailure['code'], message: string) {
    super(message)
    this.name = 'SealFailure'
    this.code = code
  }
}

/** Seals secrets for storage. The first key seals; every key of the ring opens. */
export interface Sealer {
  /** Encrypts `plain`. `context` names the secret's place (`ledger_connection:<id>`) and is needed to open it. */
  seal(plain: string, context: string): string
  /** Returns the secret. Throws SealFailure when the key is not in the ring, or text or context differ. */
  open(sealed: string, context: string): string
}

const version = 's1'
const nonceBytes = 12
const tagBytes = 16
const keyIdPattern = /^[A-Za-z0-9_-]{1,32}$/

/**
 * Creates a sealer from AES-256-GCM keys (32 bytes each, ids unique, the first is current). The format of a sealed text
 * is `s1.<key id>.<base64url of nonce, ciphertext and tag>`; version, key id and context are authenticated with it.
 * Throws when the ring is empty or a key is unfit.
 */
export function createSealer(keys: readonly { id: string; key: Buffer }[]): Sealer {
  const current = keys[0]
  if (!current) throw new Error('A sealer needs at least one key.')
  const ring = new Map<string, Buffer>()
  for (const { id, key } of keys) {
    if (!keyIdPattern.test(id)) throw new Error(`The key id "${id}" may hold letters, digits, "_" and "-" only.`)
    if (key.length !== 32) throw new Error(`The key "${id}" has ${key.length} bytes; 32 are needed.`)
    if (ring.has(id)) throw new Error(`The key id "${id}" is used twice.`)
    ring.set(id, key)
  }

  return {
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(boundData(current.id, context))
      const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${version}.${current.id}.${sealed.toString('base64url')}`
    },
    open(sealed, context) {
      const { keyId, bytes } = parts(sealed)
      const key = ring.get(keyId)
      if (!key) throw new SealFailure('unknown_key', `No key "${keyId}" is configured to open this secret.`)
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAAD(boundData(keyId, context))
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString(
          'utf8',
        )
      } catch {
        throw new SealFailure('altered', 'This secret was altered or belongs to another record.')
      }
    },
  }
}

function boundData(keyId: string, context: string): Buffer {
  return Buffer.from(`${version}.${keyId}.${context}`, 'utf8')
}

function parts(sealed: string): { keyId: string; bytes: Buffer } {
  const [sealedVersion, keyId, text, ...rest] = sealed.split('.')
  const bytes = Buffer.from(text ?? '', 'base64url')
  // Compared as text, so that no two different texts decode to the same secret.
  const whole = rest.length === 0 && bytes.length >= nonceBytes + tagBytes && bytes.toString('base64url') === text
  if (sealedVersion !== version || !keyId || !whole) {
    throw new SealFailure('malformed', 'This is not a sealed secret of a kind we know.')
  }
  return { keyId, bytes }
}
