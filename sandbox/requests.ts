import type { Request } from 'express'

/** Returns the body as bytes received; empty when there was none. */
export function rawBody(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

/** Returns true if the request's content type is `type`; ignores its parameters. */
export function isType(request: Request, type: string): boolean {
  return (request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() === type
}

/** Returns the fields of a form post; empty when the body is not a form. */
export function formBody(request: Request): URLSearchParams {
  return new URLSearchParams(
    isType(request, 'application/x-www-form-urlencoded') ? rawBody(request).toString('utf8') : '',
  )
}

/** Returns the operations of a request to a token endpoint: `token`, and the kind of its grant. */
export function tokenOperations(request: Request): string[] {
  const grantType = formBody(request).get('grant_type')
  if (grantType === 'authorization_code') return ['token', 'code']
  return grantType === 'refresh_token' ? ['token', 'refresh'] : ['token']
}

/** Returns the JSON body, or undefined when it is not valid JSON. */
export function jsonBody(request: Request): unknown {
  try {
    return JSON.parse(rawBody(request).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Returns the address under which the caller reached this sandbox, without a trailing slash. */
export function origin(request: Request): string {
  return `${request.protocol}://${request.get('host')}`
}

/** Returns user name and password of HTTP Basic, or null. */
export function basicAuth(request: Request): { name: string; password: string } | null {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.get('authorization') ?? '')
  if (!match?.[1]) return null
  const [name = '', ...rest] = Buffer.from(match[1], 'base64').toString('utf8').split(':')
  return { name, password: rest.join(':') }
}

/** Returns the token of an `Authorization: Bearer` header, or null. */
export function bearerToken(request: Request): string | null {
  return /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? null
}

/** Returns the text in which a fault's `match` is searched: line, headers, body, and the decoded body. */
export function requestText(request: Request): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
  const body = rawBody(request).toString('utf8')
  return [`${request.method} ${request.originalUrl}`, ...headers, body, decoded(body)].join('\n')
}

function decoded(body: string): string {
  try {
    return decodeURIComponent(body.replaceAll('+', ' '))
  } catch {
    return ''
  }
}
