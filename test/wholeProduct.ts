import { openShared } from '../commands/configuration.ts'
import { registerWithSandbox } from '../dev/sandboxSetup.ts'
import { createCompaniesHouse } from '../providers/register/companiesHouse.ts'
import { credentials } from '../sandbox/credentials.ts'
import { createLogger } from '../worker/log.ts'
import { type HarnessOptions, startHarness } from './harness.ts'

/**
 * Starts a harness with its worker, and prepares an API for it, with no part faked: `api` is what `startStaffApi` or
 * `startStaffBrowser` takes. Call `stop` after that API was stopped.
 */
export async function startWholeProduct(options?: HarnessOptions) {
  const harness = await startHarness(options)
  const { database, apiPort, config, commands, sandboxUrl } = harness
  await registerWithSandbox(sandboxUrl, harness.publicUrl)
  const shared = openShared(config, createLogger('error'))
  const { mailFor, sms, banks, ledgers, sealer, linkKeys } = shared
  return {
    harness,
    api: {
      on: { database, port: apiPort },
      commands: { db: commands.db, engine: commands.engine },
      register: createCompaniesHouse({
        apiKey: credentials.companiesHouse.apiKey,
        baseUrl: `${sandboxUrl}/companies-house`,
      }),
      ...{ email: mailFor('sign_in').email, sms, banks, ledgers, sealer, linkKeys },
    },
    stop: async () => {
      await Promise.allSettled([shared.commands.db.close(), shared.commands.engine.close()])
      await harness.stop()
    },
  }
}
