import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { furtherProviders, sandboxProviders } from '../../dev/stack/environment.ts'
import { createPlaid } from '../../providers/bank/plaid.ts'
import { createTrueLayer } from '../../providers/bank/truelayer.ts'
import { createPwned } from '../../providers/breach/pwned.ts'
import { createResend } from '../../providers/email/resend.ts'
import { ledgerVariables, openLedgers } from '../../providers/ledger/ledgers.ts'
import { createXero } from '../../providers/ledger/xero.ts'
import { createCompaniesHouse } from '../../providers/register/companiesHouse.ts'
import { createTwilio } from '../../providers/sms/twilio.ts'
import { credentials } from '../../sandbox/credentials.ts'
import type { Provider } from '../../sandbox/faults.ts'
import { BOOKS, type BookName } from '../../sandbox/ledgers/books.ts'
import { startSandbox } from '../../sandbox/server.ts'

export type Fault = {
  provider: Provider
  kind: string
  operation?: string
  match?: string
  times?: number
  retryAfterSeconds?: number
  delayMs?: number
}

/** Starts a sandbox; returns its control calls and the connectors pointed at it. */
export async function againstSandbox() {
  const { url, close } = await startSandbox({ port: 0, data: ':memory:' })

  async function control<T = unknown>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/control/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`control ${path}: ${response.status} ${await response.text()}`)
    const text = await response.text()
    return (text === '' ? null : JSON.parse(text)) as T
  }
  // The connectors below take no turns, and the tests of a file may mail more than an account may in a second.
  await control('setup', { resend: { perSecond: 1_000 } })

  return {
    url,
    close,
    control,
    fault: (fault: Fault) => control<{ id: number }>('faults', fault),
    /** Submits a form as a browser would, without following the redirect. Returns its address. */
    async submit(address: string, fields: Record<string, string>): Promise<string> {
      const response = await fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
      if (response.status !== 303) throw new Error(`${address}: ${response.status} ${await response.text()}`)
      return new URL(response.headers.get('location') ?? '', address).href
    },
    resend: (more: { sendTimeoutMs?: number; apiKey?: string } = {}) =>
      createResend({
        apiKey: credentials.resend.apiKey,
        baseUrl: `${url}/resend`,
        webhookSecret: credentials.resend.webhookSecret,
        ...more,
      }),
    pwned: () => createPwned({ baseUrl: `${url}/pwned` }),
    twilio: (more: { sendTimeoutMs?: number; authToken?: string; from?: string } = {}) =>
      createTwilio({
        accountSid: credentials.twilio.accountSid,
        authToken: credentials.twilio.authToken,
        from: credentials.twilio.from,
        baseUrl: `${url}/twilio`,
        ...more,
      }),
    truelayer: (more: { clientSecret?: string; hostedOrigin?: string; returnForm?: 'query' | 'plain' } = {}) =>
      createTrueLayer({
        clientId: credentials.truelayer.clientId,
        clientSecret: credentials.truelayer.clientSecret,
        authUrl: `${url}/truelayer/auth`,
        apiUrl: `${url}/truelayer/api`,
        hostedOrigin: url,
        webhookKeysUrl: `${url}/truelayer/webhooks/.well-known/jwks`,
        returnForm: 'query',
        legalName: 'TrueLayer Limited',
        registrationNumber: '901096',
        ...more,
      }),
    plaid: (more: { secret?: string; hostedOrigin?: string } = {}) =>
      createPlaid({
        clientId: credentials.plaid.clientId,
        secret: credentials.plaid.secret,
        apiUrl: `${url}/plaid/api`,
        hostedOrigin: url,
        legalName: 'Plaid Financial Ltd.',
        registrationNumber: '804718',
        ...more,
      }),
    companiesHouse: (more: { apiKey?: string } = {}) =>
      createCompaniesHouse({
        apiKey: credentials.companiesHouse.apiKey,
        baseUrl: `${url}/companies-house`,
        ...more,
      }),
    /** Opens a ledger that keeps a book, as a process does that is configured for the sandbox. */
    ledger: (name: BookName, secret = BOOKS[name].clientSecret) => {
      const own = { ...furtherProviders(url), [`${name.toUpperCase()}_CLIENT_SECRET`]: secret }
      return openLedgers(z.object(ledgerVariables).parse({ ...sandboxProviders(url), ...own })).of(name)
    },
    xero: (more: { clientSecret?: string } = {}) =>
      createXero({
        clientId: credentials.xero.clientId,
        clientSecret: credentials.xero.clientSecret,
        loginUrl: `${url}/xero/login`,
        identityUrl: `${url}/xero/identity`,
        apiUrl: `${url}/xero/api`,
        ...more,
      }),
  }
}

/** Repeats `look` until it returns a value, for at most 20 s. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const seen = await look()
    if (seen !== undefined) return seen
    await pause(50)
  }
  throw new Error('It did not happen within 20 s.')
}
