import { z } from 'zod'
import { databaseAddress, readEnvironment, type SharedConfig, sharedVariables } from '../commands/configuration.ts'
import { apiProviderConfigs, apiProviderVariables } from '../providers/configured.ts'

/** The configuration of the API process. */
export type ApiConfig = SharedConfig &
  ReturnType<typeof apiProviderConfigs> & {
    port: number
    /** The number of proxies in front that are trusted to report the caller's address. */
    trustProxy: number | false
    /** The most requests of an API key or a person in a minute. */
    requestsPerMinute: number
    /** The address of the sign-in's tables, under the role embark_auth. */
    authDatabaseUrl: string
    /** Secrets that sign cookies and seal second factors; the first is used, the others still verify and open. */
    authSecrets: { version: number; value: string }[]
    /** True if answers are checked against their schema before they are sent. */
    checksAnswers: boolean
    /** Token that /metrics requires; null disables it. */
    metricsToken: string | null
    /** Hosts chosen by practices that are allowed at any address, as `host` or `host:port`. */
    outboundAllow: string[]
    /** Names of banks that come first on a client's page; null uses our list. */
    usualBanks: string[] | null
    /** The folder of the built staff app; null serves none. */
    webRoot: string | null
  }

const secrets = z
  .string()
  .transform((ring) =>
    ring.split(',').map((pair) => {
      const [version = '', value = ''] = pair.trim().split(/:(.*)/s)
      return { version: /^\d{1,9}$/.test(version) ? Number(version) : Number.NaN, value }
    }),
  )
  .refine((ring) => ring.every(({ version, value }) => Number.isInteger(version) && value.length >= 32), {
    message: 'must read number:secret[,number:secret…] with secrets of 32 characters or more',
  })
  .refine((ring) => new Set(ring.map(({ version }) => version)).size === ring.length, { message: 'has a number twice' })

const hosts = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim().toLowerCase()))
  .refine((all) => all.every((one) => URL.parse(`https://${one}`)?.host === one), {
    message: 'must read host[:port][,host[:port]…]',
  })

const schema = z.object({
  ...sharedVariables,
  ...apiProviderVariables,
  PORT: z.coerce.number().int().min(1).max(65_535),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(600),
  AUTH_DATABASE_URL: databaseAddress,
  AUTH_SECRETS: secrets,
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'must have 16 characters or more, without blanks')
    .optional(),
  OUTBOUND_ALLOW: hosts.default([]),
  USUAL_BANKS: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine((all) => all.every((one) => one !== ''), { message: 'must read name[,name…]' })
    .optional(),
  WEB_ROOT: z.string().min(1).optional(),
})

/** Returns warnings for the operator that do not prevent the start: nothing personal, one sentence each. */
export function warningsOf({ publicUrl, trustProxy }: ApiConfig): string[] {
  if (trustProxy !== false || !publicUrl.startsWith('https:')) return []
  return [
    'PUBLIC_URL is https and TRUSTED_PROXIES is 0: if a proxy stands in front, all callers count as one in rate limits and logs. Say how many proxies there are.',
  ]
}

/** Reads the environment. Throws one Error that names every problem. */
export function readConfig(environment: Record<string, string | undefined>): ApiConfig {
  const { variables, shared } = readEnvironment('api', schema, environment)
  return {
    ...shared,
    ...apiProviderConfigs(variables),
    port: variables.PORT,
    trustProxy: variables.TRUSTED_PROXIES || false,
    requestsPerMinute: variables.REQUESTS_PER_MINUTE,
    authDatabaseUrl: variables.AUTH_DATABASE_URL,
    authSecrets: variables.AUTH_SECRETS,
    checksAnswers: variables.NODE_ENV !== 'production',
    metricsToken: variables.METRICS_TOKEN ?? null,
    outboundAllow: variables.OUTBOUND_ALLOW,
    usualBanks: variables.USUAL_BANKS ?? null,
    webRoot: variables.WEB_ROOT ?? null,
  }
}
