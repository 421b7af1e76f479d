import { describe, expect, it } from 'vitest'
import { cached } from '../../providers/bank/cached.ts'

describe('a cached value', () => {
  it('is loaded once for callers that meet, and again after its life', async () => {
    let loads = 0
    let clock = 0
    const value = cached(
      1_000,
      async () => ++loads,
      () => clock,
    )
    expect(await Promise.all([value(), value(), value()])).toEqual([1, 1, 1])
    clock = 999
    expect(await value()).toBe(1)
    clock = 1_000
    expect(await Promise.all([value(), value()])).toEqual([2, 2])
  })

  it('is served stale when loading fails, and tried again a minute later', async () => {
    let loads = 0
    let clock = 0
    let broken = false
    const value = cached(
      1_000,
      async () => {
        loads++
        if (broken) throw new Error('away')
        return loads
      },
      () => clock,
    )
    await value()
    broken = true
    clock = 2_000
    expect(await value()).toBe(1)
    expect(await value()).toBe(1)
    expect(loads).toBe(2)
    broken = false
    clock = 62_001
    expect(await value()).toBe(3)
  })

  it('throws without an older value, and does not remember the failure', async () => {
    let broken = true
    const value = cached(1_000, async () => {
      if (broken) throw new Error('away')
      return 'here'
    })
    await expect(Promise.all([value(), value()])).rejects.toThrow('away')
    broken = false
    expect(await value()).toBe('here')
  })
})
