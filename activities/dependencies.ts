import type { Providers } from '../commands/connections/sessionOwner.ts'
import type { Sending } from '../messages/sending.ts'

/** The parts that activities need, created once per worker. */
export type Dependencies = Sending & Providers
