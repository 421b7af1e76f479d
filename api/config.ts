import { z } from 'zod'
import { readEnvironment, type SharedConfig, sharedVariables } from '../commands/configuration.ts'

/** All that the API process is told. */
export type ApiConfig = SharedConfig & {
  port: number
  /** How many proxies before us are trusted to tell the caller's address. */
  trustProxy: number | false
  /** Requests an API key may make in a minute. */
  requestsPerMinute: number
  /** Answers are compared with their schema before they leave. */
  checksAnswers: boolean
  /** Null: companies are not looked up. */
  companiesHouse: { apiKey: string; baseUrl: string } | null
  /** The folder of the built staff app; null serves none. */
  webRoot: string | null
}

const schema = z.object({
  ...sharedVariables,
  PORT: z.coerce.number().int().min(1).max(65_535),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(600),
  COMPANIES_HOUSE_API_KEY: z.string().optional(),
  COMPANIES_HOUSE_URL: z
    .url({ protocol: /^https?$/ })
    .transform((one) => one.replace(/\/+$/, ''))
    .default('https://api.company-information.service.gov.uk'),
  WEB_ROOT: z.string().min(1).optional(),
  NODE_ENV: z.string().default('production'),
})

/** Reads the environment. Throws one Error that names every problem. */
export function readConfig(environment: Record<string, string | undefined>): ApiConfig {
  const { variables, shared } = readEnvironment('api', schema, environment)
  return {
    ...shared,
    port: variables.PORT,
    trustProxy: variables.TRUSTED_PROXIES || false,
    requestsPerMinute: variables.REQUESTS_PER_MINUTE,
    checksAnswers: variables.NODE_ENV !== 'production',
    companiesHouse: variables.COMPANIES_HOUSE_API_KEY
      ? { apiKey: variables.COMPANIES_HOUSE_API_KEY, baseUrl: variables.COMPANIES_HOUSE_URL }
      : null,
    webRoot: variables.WEB_ROOT ?? null,
  }
}
