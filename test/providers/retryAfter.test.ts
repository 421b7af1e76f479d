import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../../providers/retryAfter.ts'

const now = new Date('2026-03-02T10:00:00Z')
const read = (headers: Record<string, string>, status = 429) => retryAfterMs(status, (name) => headers[name], now)

describe('the wait a provider asks for', () => {
  it.each([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Mon, 02 Mar 2026 10:00:20 GMT' }, 20_000],
    [{ 'retry-after': 'Mon, 02 Mar 2026 09:00:00 GMT' }, 0],
    [{ 'ratelimit-reset': '1' }, 1_000],
    [{ 'retry-after': '2', 'ratelimit-reset': '9' }, 2_000],
    [{ 'retry-after': '999999999' }, 86_400_000],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('%j of a 429', (headers, waitMs) => expect(read(headers as Record<string, string>)).toBe(waitMs))

  it.each([200, 400, 401, 403, 409, 422, 500, 503])(
    'of a %d is not taken from the reset of the rate limit',
    (status) => {
      expect(read({ 'ratelimit-reset': '1' }, status)).toBeNull()
      expect(read({ 'ratelimit-reset': '1', 'retry-after': '3' }, status)).toBe(3_000)
    },
  )
})
