import { sandboxProviders } from '../dev/stack/environment.ts'

/** Returns the environment of a process whose providers are the sandbox; `own` is the rest of it. */
export function sandboxEnvironment(sandboxUrl: string, own: Record<string, string>): Record<string, string> {
  return {
    ...own,
    ...sandboxProviders(sandboxUrl),
    MAIL_PER_SECOND: '500',
    SMS_PER_SECOND: '500',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'error',
  }
}
