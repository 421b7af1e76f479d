import { abandonSend } from './abandonSend.ts'
import { cleanUp } from './cleanUp.ts'
import { createOrganisation } from './createOrganisation.ts'
import { decideNow } from './decideNow.ts'
import { deliver } from './deliver.ts'
import type { Dependencies } from './dependencies.ts'
import { beating } from './heartbeat.ts'
import { settleBank } from './settleBank.ts'

/** Every activity: a no-op when already done, and it answers the fresh situation. */
export function createActivities(dependencies: Dependencies) {
  return {
    createOrganisation: createOrganisation(dependencies),
    deliver: beating(deliver(dependencies)),
    abandonSend: abandonSend(dependencies),
    touch: decideNow(dependencies, { do: 'touch' }),
    expire: decideNow(dependencies, { do: 'expire' }),
    giveUp: decideNow(dependencies, { do: 'give_up' }),
    complete: decideNow(dependencies, { do: 'complete' }),
    settleBank: beating(settleBank(dependencies)),
    cleanUp: beating(cleanUp(dependencies)),
  }
}

export type Activities = ReturnType<typeof createActivities>
