import type { Deliveries } from './deliveries.ts'
import type { FaultBook } from './faults.ts'
import type { Messages } from './messages.ts'
import type { Rates } from './rates.ts'
import type { SetupBook } from './setup.ts'
import type { Store } from './store.ts'
import type { Timers } from './timers.ts'

/** The parts that all providers of the sandbox share. `now` is the clock, in ms since 1970. */
export type World = {
  now: () => number
  store: Store
  setup: SetupBook
  faults: FaultBook
  rates: Rates
  messages: Messages
  deliveries: Deliveries
  timers: Timers
}
