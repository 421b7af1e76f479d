import { createHash } from 'node:crypto'
import { ProviderFailure } from '../failure.ts'
import { exchangeWith, restClient } from '../rest.ts'
import type { BreachProvider } from './breach.ts'

/** Somebody waits at a screen: what takes longer counts as away. In ms. */
const TIMEOUT_MS = 2_000
const ALL_TRIES_MS = 3_000

/** The rest of a hash, and how often it was seen. */
const LINE = /^[0-9A-F]{35}:\d+$/

const provider = { name: 'pwned', label: 'Pwned Passwords' }

/**
 * Pwned Passwords. Five of forty characters of the password's SHA-1 are sent, the rest is compared here (k-anonymity);
 * padding keeps the length of an answer from telling which five they were.
 */
export function createPwned({ baseUrl }: { baseUrl: string }): BreachProvider {
  const api = restClient(baseUrl)
  return {
    name: provider.name,
    isBreached: async (password) => {
      const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
      const suffix = hash.slice(5)
      const text = await exchangeWith(
        provider,
        () => null,
        () =>
          api
            .get(`range/${hash.slice(0, 5)}`, {
              headers: { 'add-padding': 'true', 'user-agent': 'embark' },
              timeout: TIMEOUT_MS,
              totalTimeout: ALL_TRIES_MS,
            })
            .text(),
      )
      const lines = text.split(/\r?\n/).filter(Boolean)
      // Something between us and the list answered, such as a sign-in page of a network: that says nothing of the password.
      if (lines.length === 0 || !lines.every((line) => LINE.test(line))) {
        throw new ProviderFailure(
          provider.name,
          'unavailable',
          `${provider.label} gave an answer that is not the list.`,
        )
      }
      // Padding has the count 0.
      return lines.some((line) => line.startsWith(`${suffix}:`) && !line.endsWith(':0'))
    },
  }
}
