import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'

/** The lifetime of the browser cookie: a session at a bank may take a day. */
const BROWSER_LIFE_MS = 24 * 60 * 60 * 1000

const SECRET = /^[A-Za-z0-9_-]{43}$/

/**
 * Returns a cookie's name and attributes. Over https it is bound to this host; over plain http, for use on one machine,
 * some browsers would refuse that.
 */
function cookieOf(name: string, publicUrl: string) {
  const secure = publicUrl.startsWith('https:')
  return {
    name: secure ? `__Host-${name}` : name,
    options: { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const,
  }
}

/** Returns the value of one of our cookies, or null. */
export function readCookie(request: Request, name: string, publicUrl: string): string | null {
  const wanted = `${cookieOf(name, publicUrl).name}=`
  const pair = request.headers.cookie?.split(';').find((one) => one.trim().startsWith(wanted))
  return pair?.trim().slice(wanted.length) ?? null
}

/** Sets one of our cookies for `lifeMs`; null deletes it. */
export function writeCookie(response: Response, name: string, publicUrl: string, value: string | null, lifeMs: number) {
  const cookie = cookieOf(name, publicUrl)
  response.cookie(cookie.name, value ?? '', { ...cookie.options, maxAge: value === null ? 0 : lifeMs, encode: String })
}

/** Returns the secret that identifies this browser, or null without one. */
export function browserOf(request: Request, publicUrl: string): string | null {
  const value = readCookie(request, 'browser', publicUrl)
  return value !== null && SECRET.test(value) ? value : null
}

/** Returns the browser's secret; creates one if needed, and renews the cookie. */
export function bindBrowser(request: Request, response: Response, publicUrl: string): string {
  const secret = browserOf(request, publicUrl) ?? randomBytes(32).toString('base64url')
  writeCookie(response, 'browser', publicUrl, secret, BROWSER_LIFE_MS)
  return secret
}

/**
 * Returns true for a form sent by another site. Our pages send no referrer, so browsers send the origin `null`, but
 * they do report the same site.
 */
export function isFromElsewhere(request: Request): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin, host } = request.headers
  if (origin === undefined || origin === 'null') return false
  return !URL.canParse(origin) || new URL(origin).host !== host
}
