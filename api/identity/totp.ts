import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000

/**
 * Returns the time step (RFC 6238, 30 s) of this code; null unless it is of the present step, the one before or the one
 * after. Prefers the newest, in case two steps share a code.
 */
export function stepOfCode(secret: string, code: string, now: number): number | null {
  const present = Math.floor(now / STEP_MS)
  return [present + 1, present, present - 1].find((step) => isSame(codeOfStep(secret, step), code)) ?? null
}

/** Returns the code of the step at an instant (ms since the epoch). */
export const codeAt = (secret: string, at: number): string => codeOfStep(secret, Math.floor(at / STEP_MS))

function codeOfStep(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

const isSame = (a: string, b: string): boolean =>
  Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b))
