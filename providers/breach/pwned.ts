import { createHash } from 'node:crypto'
import { ProviderFailure } from '../failure.ts'
import { exchangeWith, restClient } from '../rest.ts'
import type { BreachProvider } from './breach.ts'

/** Timeouts in ms. A person waits at a screen: a slower answer counts as none. */
const TIMEOUT_MS = 2_000
const ALL_TRIES_MS = 3_000

/** The rest of a hash, and the number of times it was seen. */
const LINE = /^[0-9A-F]{35}:\d+$/

const provider = { name: 'pwned', label: 'Pwned Passwords' }

/**
 * Creates the client of Pwned Passwords. Sends five of the forty characters of the password's SHA-1 and compares the
 * rest here (k-anonymity). Padding hides the five characters from an observer of the answer's length.
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
      // A sign-in page of a network, for example, may answer in place of the list: that says nothing about the
      // password.
      if (lines.length === 0 || !lines.every((line) => LINE.test(line))) {
        throw new ProviderFailure(
          provider.name,
          'unavailable',
          `${provider.label} gave an answer that is not the list.`,
        )
      }
      // Padding entries have the count 0.
      return lines.some((line) => line.startsWith(`${suffix}:`) && !line.endsWith(':0'))
    },
  }
}
