import { pathToFileURL } from 'node:url'
import { ofBooks } from '../sandbox/ledgers/books.ts'

/**
 * Sets in the sandbox the settings that a customer enters in the providers' consoles: the webhook addresses and the
 * return addresses. Both arguments are origins without a trailing slash.
 */
export async function registerWithSandbox(sandboxUrl: string, publicUrl: string): Promise<void> {
  const returnUrl = `${publicUrl}/connect/return`
  const response = await fetch(`${sandboxUrl}/control/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resend: { webhookUrl: `${publicUrl}/hooks/resend` },
      twilio: { inboundUrl: `${publicUrl}/hooks/twilio` },
      truelayer: { returnUris: [returnUrl], webhookUrl: `${publicUrl}/hooks/truelayer` },
      xero: { redirectUris: [returnUrl] },
      ...ofBooks(() => ({ redirectUris: [returnUrl] })),
    }),
  })
  if (!response.ok) throw new Error(`The sandbox refused its set-up: ${await response.text()}`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { SANDBOX_URL, PUBLIC_URL } = process.env
  if (!SANDBOX_URL || !PUBLIC_URL) {
    console.error('SANDBOX_URL and PUBLIC_URL are needed')
    process.exit(1)
  }
  await registerWithSandbox(SANDBOX_URL, PUBLIC_URL)
  console.log(`The sandbox at ${SANDBOX_URL} knows ${PUBLIC_URL}`)
}
