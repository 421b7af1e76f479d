import { DECLINE_REASONS } from '../../domain/commands.ts'
import { firstName } from '../../domain/fields/person.ts'
import { SUPPORT } from '../../domain/practice/support.ts'
import type { Names } from '../../domain/rows/sentences.ts'
import { DAY_MS, type Facts } from '../../domain/situation.ts'
import type { OnboardingView } from '../onboardings/onboardingView.ts'
import type { RowContext } from './rowContext.ts'

/** Returns the names for the sentence of an onboarding. `ledger`: the one to name while none is chosen; null for none. */
export function namesOf(view: OnboardingView, context: RowContext, facts: Facts, ledger: string | null): Names {
  const contact = view.invitation?.name ?? view.organisation.contactName
  const reason = DECLINE_REASONS.find((one) => one === context.declineReason)
  return {
    first: firstName(contact),
    bank: context.bank,
    ledger: context.ledger ?? ledger,
    domain: view.invitation?.email?.split('@')[1] ?? null,
    unmatched: context.unmatched,
    cancelledBy: context.cancelledBy?.type === 'support' ? SUPPORT : (context.cancelledBy?.name ?? null),
    cancelReason: context.cancelReason,
    declined: reason ? { reason, instead: context.declineNote } : null,
    giveUpDays: Math.round(facts.policy.giveUpAfterMs / DAY_MS),
  }
}
