import { createTrueLayer } from '../../providers/bank/truelayer.ts'
import { createPwned } from '../../providers/breach/pwned.ts'
import { connectors } from '../../providers/connectors.ts'
import { createResend } from '../../providers/email/resend.ts'
import { createXero } from '../../providers/ledger/xero.ts'
import { createTwilio } from '../../providers/sms/twilio.ts'

const nowhere = 'http://127.0.0.1:9'

/** Creates providers that do not answer. */
export const awayProviders = () => ({
  breach: createPwned({ baseUrl: nowhere }),
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
