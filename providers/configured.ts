import { z } from 'zod'
import { type BankVariables, bankVariables, openBanks } from './bank/banks.ts'
import { createPwned } from './breach/pwned.ts'
import type { Turn } from './email/email.ts'
import { createResend } from './email/resend.ts'
import { type LedgerVariables, ledgerVariables, openLedgers } from './ledger/ledgers.ts'
import { createCompaniesHouse } from './register/companiesHouse.ts'
import type { Rest } from './register/register.ts'
import { createTwilio } from './sms/twilio.ts'
import { text, webAddress } from './variables.ts'

// Apart from their own files and the lists of banks and ledgers, providers are named here alone: variables, configuration, connector.

/** The time limit of one call to send a message. */
const SEND_TIMEOUT_MS = 10_000

/** The keys with which a provider may sign its webhooks. */
const sharedKeys = z
  .string()
  .transform((ring) =>
    ring.split(',').map((pair) => {
      const [id = '', secret = ''] = pair.trim().split(/:(.*)/s)
      return { id, secret }
    }),
  )
  .refine((ring) => ring.every(({ id, secret }) => id !== '' && secret !== ''), {
    message: 'must read key:secret[,key:secret…]',
  })

/** The environment variables of the providers that api and worker use. */
export const providerVariables = {
  RESEND_API_KEY: text,
  RESEND_READ_API_KEY: text.optional(),
  RESEND_BASE_URL: webAddress.default('https://api.resend.com'),
  RESEND_WEBHOOK_SECRET: text,
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/i, 'must be AC and 32 hexadecimal digits'),
  TWILIO_AUTH_TOKEN: text,
  TWILIO_AUTH_TOKEN_SECONDARY: text.optional(),
  TWILIO_WEBHOOK_KEYS: sharedKeys.default([]),
  TWILIO_FROM: z
    .string()
    .regex(
      /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/i,
      'must be a number like +441632960000, a Messaging Service (MG and 32 hexadecimal digits) or a name of at most 11 letters and digits',
    ),
  TWILIO_BASE_URL: webAddress.default('https://api.twilio.com'),
  ...bankVariables,
  ...ledgerVariables,
}

/** The environment variables of the providers that the API alone uses. */
export const apiProviderVariables = {
  PWNED_BASE_URL: webAddress.default('https://api.pwnedpasswords.com'),
  COMPANIES_HOUSE_API_KEY: z.string().optional(),
  COMPANIES_HOUSE_URL: webAddress.default('https://api.company-information.service.gov.uk'),
}

/** Returns the configuration of each provider from its variables. */
export function providerConfigs(env: z.infer<z.ZodObject<typeof providerVariables>>) {
  return {
    resend: {
      apiKey: env.RESEND_API_KEY,
      readKey: env.RESEND_READ_API_KEY,
      baseUrl: env.RESEND_BASE_URL,
      webhookSecret: env.RESEND_WEBHOOK_SECRET,
      sendTimeoutMs: SEND_TIMEOUT_MS,
    },
    twilio: {
      accountSid: env.TWILIO_ACCOUNT_SID,
      authToken: env.TWILIO_AUTH_TOKEN,
      otherAuthToken: env.TWILIO_AUTH_TOKEN_SECONDARY,
      sharedKeys: env.TWILIO_WEBHOOK_KEYS,
      from: env.TWILIO_FROM,
      baseUrl: env.TWILIO_BASE_URL,
      sendTimeoutMs: SEND_TIMEOUT_MS,
    },
    banks: env as BankVariables,
    ledgers: env as LedgerVariables,
  }
}

/** Creates the connectors that api and worker use. Calls no provider yet. `turn`: waits for a mail's turn. */
export const openProviders = (config: ReturnType<typeof providerConfigs>) => ({
  createEmail: (turn?: Turn) => createResend(config.resend, turn),
  sms: createTwilio(config.twilio),
  banks: openBanks(config.banks),
  ledgers: openLedgers(config.ledgers),
})

/** Returns the configuration of the API's own providers. `companiesHouse` null: companies are not looked up. */
export const apiProviderConfigs = (env: z.infer<z.ZodObject<typeof apiProviderVariables>>) => ({
  pwned: { baseUrl: env.PWNED_BASE_URL },
  companiesHouse: env.COMPANIES_HOUSE_API_KEY
    ? { apiKey: env.COMPANIES_HOUSE_API_KEY, baseUrl: env.COMPANIES_HOUSE_URL }
    : null,
})

/** Creates the connectors that the API alone uses. `rest` keeps the register's pause for all processes. */
export const openApiProviders = (config: ReturnType<typeof apiProviderConfigs>, rest: Rest) => ({
  breach: createPwned(config.pwned),
  register: config.companiesHouse && createCompaniesHouse(config.companiesHouse, Date.now, rest),
})
