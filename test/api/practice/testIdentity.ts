import { randomBytes } from 'node:crypto'
import { createIdentity } from '../../../api/identity/identity.ts'
import { createLogger } from '../../../api/log.ts'
import type { Database } from '../../../db/client.ts'
import type { BreachProvider } from '../../../providers/breach/breach.ts'
import type { EmailProvider } from '../../../providers/email/email.ts'
import { createOutbound } from '../../../providers/outbound.ts'
import type { Sealer } from '../../../providers/seal.ts'
import { createOpenId } from '../../../providers/signOn/openid.ts'
import type { TestDatabase } from '../../database.ts'

/** Allows this machine, on which the tests' providers run. */
export const outbound = createOutbound({ allow: ['127.0.0.1'] })

export const EMAIL_FROM = 'Embark <hello@mail.embark.example>'

/** Creates the sign-in on a test's own database. */
export function testIdentity(
  database: TestDatabase,
  {
    logged,
    now,
    ...given
  }: {
    db: Database
    publicUrl: string
    email: EmailProvider
    breach: BreachProvider
    sealer: Sealer
    logged: string[]
    now?: (() => number) | undefined
  },
) {
  return createIdentity({
    databaseUrl: database.authUrl,
    secrets: [{ version: 1, value: randomBytes(32).toString('base64') }],
    ...given,
    signOn: createOpenId(outbound, now),
    emailFrom: EMAIL_FROM,
    logger: createLogger('info', { write: (line) => void logged.push(line) }),
  })
}
