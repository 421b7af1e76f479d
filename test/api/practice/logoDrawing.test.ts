import { readdirSync, readFileSync } from 'node:fs'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)
let cookie: string
beforeAll(async () => {
  cookie = await api.signIn(await api.createPerson('practice_admin'))
})

/** Returns a small drawing that renders for minutes: each layer shows the one below ten times, with filters. */
function slowSvg(): string {
  const filters = '<feGaussianBlur stdDeviation="40"/><feMorphology operator="dilate" radius="30"/>'.repeat(4)
  const layers = Array.from({ length: 6 }, (_, n) => {
    const below = `<use href="#l${n}" x="1"/>`.repeat(10)
    return `<g id="l${n + 1}" filter="url(#f)">${below}</g>`
  }).join('')
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 64"><defs><filter id="f" x="-1" y="-1" width="3" height="3">${filters}</filter><rect id="l0" width="400" height="60" fill="#b3261e"/>${layers}</defs><use href="#l6"/></svg>`
  expect(text.length).toBeLessThan(3_000)
  return Buffer.from(text).toString('base64')
}

const put = (file: string, by = cookie) => api.callAs(by, 'practice/logo', { method: 'PUT', body: { file } })

/** Returns the pids of this process's rendering processes. */
function drawingNow(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const parent = /^\d+ \(.*\) . (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
      return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('drawing')
    } catch {
      return false
    }
  })
}

const ordinary = async () =>
  (
    await sharp({ create: { width: 90, height: 30, channels: 3, background: '#1e4fb4' } })
      .png()
      .toBuffer()
  ).toString('base64')

describe('a picture that takes minutes to draw', () => {
  test('is refused in words after seconds, and nothing goes on drawing it', async () => {
    const answer = await put(slowSvg())
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ field: 'file', code: 'too_slow', message: 'This picture takes too long to draw. Choose a simpler one.' }],
    ])
    await expect.poll(drawingNow).toEqual([])
    expect((await put(await ordinary())).status).toBe(200)
  })

  test('holds one process of its practice: another picture of it waits its turn, those of other practices do not', async () => {
    const slow = put(slowSvg())
    await expect.poll(() => drawingNow().length).toBe(1)
    const second = await put(slowSvg())
    expect([second.status, second.body.code]).toEqual([429, 'rate_limited'])
    expect(second.headers.get('retry-after')).toMatch(/^\d+$/)
    const other = await api.signIn(await api.createPerson('practice_admin', await api.createPractice()))
    expect((await put(await ordinary(), other)).status).toBe(200)
    expect((await slow).status).toBe(422)
  })
})
