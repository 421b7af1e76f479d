import { createPlaid } from '../../providers/bank/plaid.ts'
import { createTrueLayer } from '../../providers/bank/truelayer.ts'
import type { BreachProvider } from '../../providers/breach/breach.ts'
import { connectors } from '../../providers/connectors.ts'
import { createResend } from '../../providers/email/resend.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { createXero } from '../../providers/ledger/xero.ts'
import { createTwilio } from '../../providers/sms/twilio.ts'

const nowhere = 'http://127.0.0.1:9'

/** A list of stolen passwords that does not answer, at once: every new password would wait for the client's retries. */
const breach: BreachProvider = {
  name: 'pwned',
  isBreached: async () => {
    throw new ProviderFailure('pwned', 'unavailable', 'Pwned Passwords is not answering.')
  },
}

/** Creates a provider of banks that does not answer, and that keeps a connection when it is renewed. */
export const awayPlaid = () =>
  createPlaid({
    clientId: 'test',
    secret: 'test',
    apiUrl: nowhere,
    hostedOrigin: nowhere,
    legalName: 'Plaid Financial Limited',
    registrationNumber: '804718',
  })

/** Creates providers that do not answer. */
export const awayProviders = () => ({
  breach,
  email: createResend({ apiKey: 're_test', baseUrl: nowhere, webhookSecret: `whsec_${btoa('secret')}` }),
  sms: createTwilio({
    accountSid: 'ACtest',
    authToken: 'test',
    from: 'Embark',
    baseUrl: nowhere,
    sendTimeoutMs: 500,
  }),
  banks: connectors(
    createTrueLayer({
      clientId: 'test',
      clientSecret: 'test',
      authUrl: nowhere,
      apiUrl: nowhere,
      hostedOrigin: nowhere,
      webhookKeysUrl: `${nowhere}/keys`,
      returnForm: 'query',
      legalName: 'TrueLayer Limited',
      registrationNumber: '901096',
    }),
  ),
  ledgers: connectors(
    createXero({
      clientId: 'test',
      clientSecret: 'test',
      loginUrl: nowhere,
      identityUrl: nowhere,
      apiUrl: nowhere,
    }),
  ),
})
