import { afterAll, beforeAll } from 'vitest'

/**
 * Starts something before the tests of a file and stops it after them, the last started first. The returned object is
 * empty until then.
 */
export function forFile<T extends object>(start: () => T | Promise<T>): T {
  const started = {} as T & { stop?: () => unknown; close?: () => unknown }
  beforeAll(async () => {
    // Keeps getters, which may throw before their time.
    Object.defineProperties(started, Object.getOwnPropertyDescriptors(await start()))
  })
  afterAll(() => (started.stop ? started.stop() : started.close?.()))
  return started
}
