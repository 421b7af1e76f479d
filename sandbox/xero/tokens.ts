import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { credentials } from '../credentials.ts'
import type { World } from '../world.ts'

const ACCESS_LIVES_SECONDS = 1_800
const REFRESH_LIVES_MS = 60 * 24 * 3_600_000
const GRACE_MS = 30 * 60_000

/** A sign-in: its person, authorisation (null: Xero does not say) and scope. */
export type Grant = { email: string; userId: string; authEventId: string | null; scope: string }

/** Creates, finds and ends Xero's tokens. */
export class Tokens {
  readonly #world: World
  readonly #privateKey: string

  constructor(world: World) {
    this.#world = world
    const kept = world.store.row<{ private_key: string }>('SELECT private_key FROM xero_keys')
    this.#privateKey = kept?.private_key ?? ownPrivateKey()
    if (!kept) world.store.run('INSERT INTO xero_keys VALUES (1, ?)', this.#privateKey)
  }

  /** Returns the token endpoint's answer for a grant. `issuer` goes into the claims; a nonce only into the id token. */
  issue(grant: Grant, issuer: string, nonce: string | null): Record<string, unknown> {
    const now = this.#world.now()
    const seconds = Math.floor(now / 1_000)
    const scopes = grant.scope.split(' ')
    const id = randomBytes(16).toString('hex').toUpperCase()
    const times = { nbf: seconds, iat: seconds, exp: seconds + ACCESS_LIVES_SECONDS }
    const accessToken = this.#jwt({
      ...times,
      iss: issuer,
      aud: `${issuer}/resources`,
      client_id: credentials.xero.clientId,
      sub: createHash('md5').update(grant.userId).digest('hex'),
      auth_time: seconds,
      xero_userid: grant.userId,
      global_session_id: randomBytes(16).toString('hex'),
      jti: id,
      ...(grant.authEventId !== null && { authentication_event_id: grant.authEventId }),
      scope: scopes,
    })
    this.#world.store.run(
      'INSERT INTO xero_access_tokens VALUES (?, ?, ?, ?, ?)',
      id,
      grant.email,
      grant.scope,
      grant.authEventId,
      now + ACCESS_LIVES_SECONDS * 1_000,
    )
    const answer: Record<string, unknown> = {}
    if (scopes.includes('openid')) {
      answer.id_token = this.#jwt({
        ...times,
        iss: issuer,
        aud: credentials.xero.clientId,
        sub: createHash('md5').update(grant.userId).digest('hex'),
        auth_time: seconds,
        xero_userid: grant.userId,
        ...(nonce && { nonce }),
        ...(scopes.includes('email') && { email: grant.email, preferred_username: grant.email }),
        ...(scopes.includes('profile') && { name: 'Demo Person', given_name: 'Demo', family_name: 'Person' }),
      })
    }
    Object.assign(answer, { access_token: accessToken, expires_in: ACCESS_LIVES_SECONDS, token_type: 'Bearer' })
    if (scopes.includes('offline_access')) answer.refresh_token = this.#newRefreshToken(grant)
    return { ...answer, scope: grant.scope }
  }

  /** Returns the grant of an access token, or the reason for which it is refused. */
  access(token: string | null): Grant | 'expired' | 'unknown' {
    const claims = token === null ? null : claimsOf(token)
    const row = claims
      ? this.#world.store.row<{ email: string; scope: string; auth_event_id: string | null; expires_at: number }>(
          'SELECT * FROM xero_access_tokens WHERE id = ?',
          String(claims.jti),
        )
      : undefined
    if (!row || !token || !this.#isOurs(token)) return 'unknown'
    if (row.expires_at <= this.#world.now()) return 'expired'
    return { email: row.email, userId: String(claims?.xero_userid), authEventId: row.auth_event_id, scope: row.scope }
  }

  /**
   * Uses a refresh token: it is replaced, and may be used again for 30 minutes in case the answer got lost. Returns
   * null when it is unknown, too old or ended.
   */
  useRefresh(token: string): { email: string; authEventId: string | null } | null {
    const row = this.#world.store.row<{
      email: string
      auth_event_id: string | null
      created_at: number
      replaced_at: number | null
    }>('SELECT * FROM xero_refresh_tokens WHERE token = ?', token)
    const now = this.#world.now()
    if (!row || now - row.created_at >= REFRESH_LIVES_MS) return null
    if (row.replaced_at !== null && now - row.replaced_at >= GRACE_MS) return null
    if (row.replaced_at === null) {
      this.#world.store.run('UPDATE xero_refresh_tokens SET replaced_at = ? WHERE token = ?', now, token)
    }
    return { email: row.email, authEventId: row.auth_event_id }
  }

  /** Makes the tokens of a person look `byMs` older, as if that time had passed. */
  age(email: string, byMs: number): void {
    const { store } = this.#world
    store.run(
      'UPDATE xero_refresh_tokens SET created_at = created_at - ?, replaced_at = replaced_at - ? WHERE email = ?',
      byMs,
      byMs,
      email,
    )
    store.run('UPDATE xero_access_tokens SET expires_at = expires_at - ? WHERE email = ?', byMs, email)
  }

  #newRefreshToken(grant: Grant): string {
    const token = randomBytes(32).toString('base64url')
    this.#world.store.run(
      'INSERT INTO xero_refresh_tokens (token, email, auth_event_id, created_at) VALUES (?, ?, ?, ?)',
      token,
      grant.email,
      grant.authEventId,
      this.#world.now(),
    )
    return token
  }

  #jwt(claims: object): string {
    const head = base64(JSON.stringify({ alg: 'RS256', kid: 'sandbox', typ: 'JWT' }))
    const content = `${head}.${base64(JSON.stringify(claims))}`
    return `${content}.${sign('sha256', Buffer.from(content), this.#privateKey).toString('base64url')}`
  }

  #isOurs(token: string): boolean {
    const [head, claims, signature] = token.split('.')
    // RS256 gives the same signature for the same text, so signing again verifies it.
    return signature === sign('sha256', Buffer.from(`${head}.${claims}`), this.#privateKey).toString('base64url')
  }
}

/** The data of an authorisation code: single use, five minutes. */
export type CodeGrant = {
  email: string
  authEventId: string | null
  scope: string
  redirectUri: string
  challenge: string | null
  nonce: string | null
}

/** Creates and redeems authorisation codes. */
export class Codes {
  static readonly livesMs = 5 * 60_000
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  make(grant: CodeGrant): string {
    const code = randomBytes(24).toString('base64url')
    this.#world.store.run(
      'INSERT INTO xero_codes (code, body, created_at) VALUES (?, ?, ?)',
      code,
      JSON.stringify(grant),
      this.#world.now(),
    )
    return code
  }

  /** Redeems a code, which is used up in any case; returns null for an unknown, used, old or foreign one. */
  redeem(code: string, redirectUri: string, verifier: string | null): CodeGrant | null {
    const row = this.#world.store.row<{ body: string; created_at: number; used: number }>(
      'SELECT * FROM xero_codes WHERE code = ?',
      code,
    )
    if (!row || row.used === 1) return null
    this.#world.store.run('UPDATE xero_codes SET used = 1 WHERE code = ?', code)
    const grant = JSON.parse(row.body) as CodeGrant
    if (this.#world.now() - row.created_at >= Codes.livesMs || grant.redirectUri !== redirectUri) return null
    const shown = verifier === null ? null : createHash('sha256').update(verifier).digest('base64url')
    return shown === grant.challenge ? grant : null
  }
}

let made: string | undefined

/** Returns a key of this process. Making one costs a tenth of a second, and tests start many sandboxes in a process. */
function ownPrivateKey(): string {
  made ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey
  return made
}

function claimsOf(token: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>
  } catch {
    return null
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}
