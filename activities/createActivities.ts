import { abandonSend } from './abandonSend.ts'
import { cleanUp } from './cleanUp.ts'
import { createOrganisation } from './createOrganisation.ts'
import { decideNow } from './decideNow.ts'
import { deliver } from './deliver.ts'
import type { Dependencies } from './dependencies.ts'
import { keepConnection } from './keepConnection.ts'
import { settleBank } from './settleBank.ts'

/** Creates all activities: each does its work once and returns the fresh progress or, for a connection, the next move. */
export function createActivities(dependencies: Dependencies) {
  return {
    createOrganisation: createOrganisation(dependencies),
    deliver: deliver(dependencies),
    abandonSend: abandonSend(dependencies),
    touch: decideNow(dependencies, { do: 'remind' }),
    expire: decideNow(dependencies, { do: 'expire' }),
    giveUp: decideNow(dependencies, { do: 'give_up' }),
    complete: decideNow(dependencies, { do: 'complete' }),
    settleBank: settleBank(dependencies),
    cleanUp: cleanUp(dependencies),
    keepConnection: keepConnection(dependencies),
  }
}

export type Activities = ReturnType<typeof createActivities>
