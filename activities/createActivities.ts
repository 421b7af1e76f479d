import { abandonSend } from './abandonSend.ts'
import { cleanUp } from './cleanUp.ts'
import { createOrganisation } from './createOrganisation.ts'
import { decideNow } from './decideNow.ts'
import { deliver } from './deliver.ts'
import type { Dependencies } from './dependencies.ts'
import { discreet } from './discreet.ts'
import { beating } from './heartbeat.ts'
import { settleBank } from './settleBank.ts'

/** Creates all activities: each does its work once and returns the fresh progress. Errors show only their kind. */
export function createActivities(dependencies: Dependencies) {
  return {
    createOrganisation: discreet(createOrganisation(dependencies)),
    deliver: beating(discreet(deliver(dependencies))),
    abandonSend: discreet(abandonSend(dependencies)),
    touch: discreet(decideNow(dependencies, { do: 'touch' })),
    expire: discreet(decideNow(dependencies, { do: 'expire' })),
    giveUp: discreet(decideNow(dependencies, { do: 'give_up' })),
    complete: discreet(decideNow(dependencies, { do: 'complete' })),
    settleBank: beating(discreet(settleBank(dependencies))),
    cleanUp: beating(discreet(cleanUp(dependencies))),
  }
}

export type Activities = ReturnType<typeof createActivities>
