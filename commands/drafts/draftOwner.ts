import type { Tx } from '../../db/client.ts'
import { findTenantHolder } from '../../db/connections/connections.ts'
import { endHeldSession, holdSession, moveToFailed } from '../../db/connections/sessions.ts'
import { lockDraft, readDraft } from '../../db/onboardings/drafts.ts'
import type { Actor } from '../../domain/events.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { endGrant, endUnusedGrants } from '../connections/endGrants.ts'
import { sealGrant } from '../connections/ledgers/grants.ts'
import type { DraftTarget, Moved, Moving, SessionOwner } from '../connections/sessionOwner.ts'
import type { Commands } from '../execute.ts'

/** Returns a draft as the owner of sessions. It has no steps, so a move records no command, and it uses real time. */
export function draftOwner({ db }: Pick<Commands, 'db'>, target: DraftTarget): SessionOwner {
  const { practiceId, draftId } = target

  /** Locks the draft. Returns false if it has ended, so that ending it and moving its sessions exclude each other. */
  const lockOpen = async (tx: Tx): Promise<boolean> => (await lockDraft(tx, draftId))?.endedAt === null

  const move = <A, W>(_actor: Actor, prepare: Moving<A, W>): Promise<Moved<W> | A> =>
    db.inPractice(practiceId, async (tx) => {
      if (!(await lockOpen(tx))) return { result: 'not_found' }
      const now = Date.now()
      const prepared = await prepare(tx, now)
      if (!prepared) return { result: 'unchanged' }
      if ('answer' in prepared) return prepared.answer
      return { result: 'changed', written: (await prepared.alongside?.(tx, now)) as W }
    })

  const fail: SessionOwner['fail'] = (session, family, reason) =>
    db.inPractice(practiceId, async (tx) => void (await moveToFailed(tx, session.id, { family, reason }, Date.now())))

  /**
   * Stores the chosen organisation with its session and releases an earlier choice. Refuses an organisation of another
   * client; until the draft becomes a client, another one may still take it.
   */
  const connect: SessionOwner['connect'] = async (providers, session, { organisation, accounts }) => {
    const { name, connectionId, tenantId } = organisation
    const held = await db.inPractice(practiceId, async (tx) => {
      if (!(await lockOpen(tx))) return 'ended'
      if (await findTenantHolder(tx, session.provider, tenantId, null)) {
        const failure = { family: 'already_linked', reason: `${name} is linked to another client.` } as const
        await moveToFailed(tx, session.id, failure, Date.now())
        return 'linked_elsewhere'
      }
      await endHeldSession(tx, draftId)
      const grant = { reached: [organisation], chosen: organisation, accounts }
      const isHeld = await holdSession(tx, session.id, connectionId, sealGrant(providers.sealer, session.id, grant))
      return isHeld ? 'connected' : 'ended'
    })
    if (held === 'linked_elsewhere') return { is: held, name }
    if (held === 'ended') {
      await endGrant(db, providers, practiceId, session, [organisation])
      return { is: held }
    }
    await endUnusedGrants(db, providers, target).catch((error: unknown) => {
      // The released connection is ended with the draft at the latest.
      if (!(error instanceof ProviderFailure)) throw error
    })
    return { is: held, name, repeated: false }
  }

  return {
    ids: { onboardingId: null, draftId },
    standing: async (tx) =>
      (await readDraft(tx, draftId))?.endedAt === null ? { now: Date.now(), refusal: null } : null,
    lock: (tx) => lockDraft(tx, draftId),
    expected: async () => null,
    move,
    fail,
    connect,
  }
}
