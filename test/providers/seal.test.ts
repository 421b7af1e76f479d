import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSealer, SealFailure } from '../../providers/seal.ts'

const older = { id: 'k1', key: randomBytes(32) }
const newer = { id: 'k2', key: randomBytes(32) }

function failureCode(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof SealFailure) return error.code
    throw error
  }
  return 'none'
}

describe('sealing', () => {
  const sealer = createSealer([older])

  it('opens what it sealed, for any secret and context', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, context) => {
        const text = plain.toWellFormed()
        const sealed = sealer.seal(text, context)
        expect(sealed).toMatch(/^s1\.k1\.[A-Za-z0-9_-]+$/)
        expect(sealer.open(sealed, context)).toBe(text)
      }),
    )
  })

  it('never seals the same secret to the same text', () => {
    expect(sealer.seal('secret', 'here')).not.toBe(sealer.seal('secret', 'here'))
  })

  it('does not open under another context', () => {
    const sealed = sealer.seal('secret', 'ledger_connection:1')
    expect(failureCode(() => sealer.open(sealed, 'ledger_connection:2'))).toBe('altered')
  })

  it('notices every changed character', () => {
    const sealed = sealer.seal('secret', 'here')
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A'
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1)
      expect(failureCode(() => sealer.open(changed, 'here'))).not.toBe('none')
    }
  })

  it.each(['', 's1', 's1.k1.', 's1.k1.AAAA', 's2.k1.AAAA', 'plain text', 's1..AAAA', 's1.k1.AAAA.BBBB'])(
    'refuses %j as malformed',
    (text) => expect(failureCode(() => sealer.open(text, 'here'))).toBe('malformed'),
  )

  it('keeps old secrets readable after a new key', () => {
    const sealed = sealer.seal('secret', 'here')
    expect(createSealer([newer, older]).open(sealed, 'here')).toBe('secret')
  })

  it('names the key that is missing', () => {
    const sealed = createSealer([newer]).seal('secret', 'here')
    expect(() => sealer.open(sealed, 'here')).toThrow('No key "k2" is configured')
    expect(failureCode(() => sealer.open(sealed, 'here'))).toBe('unknown_key')
  })

  it('refuses a key under another id', () => {
    const sealed = sealer.seal('secret', 'here').replace('.k1.', '.k9.')
    expect(failureCode(() => createSealer([{ id: 'k9', key: older.key }]).open(sealed, 'here'))).toBe('altered')
  })

  it('refuses unfit rings at the start', () => {
    expect(() => createSealer([])).toThrow('at least one key')
    expect(() => createSealer([{ id: 'k1', key: randomBytes(16) }])).toThrow('32 are needed')
    expect(() => createSealer([older, older])).toThrow('used twice')
    expect(() => createSealer([{ id: 'a.b', key: older.key }])).toThrow('letters, digits')
  })
})
