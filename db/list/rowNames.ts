import { DECLINE_REASONS } from '../../domain/commands.ts'
import { nameOfSoftware } from '../../domain/connections/ledgers.ts'
import { firstName } from '../../domain/fields/person.ts'
import { SUPPORT } from '../../domain/practice/support.ts'
import type { Names } from '../../domain/rows/sentences.ts'
import { DAY_MS, type Facts } from '../../domain/situation.ts'
import type { OnboardingView } from '../onboardings/onboardingView.ts'
import type { RowContext } from './rowContext.ts'

/** Returns the names for the sentence of an onboarding. */
export function namesOf(view: OnboardingView, context: RowContext, facts: Facts): Names {
  const contact = view.invitation?.name ?? view.organisation.contactName
  const reason = DECLINE_REASONS.find((one) => one === context.declineReason)
  return {
    first: firstName(contact),
    bank: context.bank,
    ledger: nameOfSoftware(view.organisation),
    signedIn: context.signedIn,
    domain: view.invitation?.email?.split('@')[1] ?? null,
    unmatched: context.unmatched,
    cancelledBy: context.cancelledBy?.type === 'support' ? SUPPORT : (context.cancelledBy?.name ?? null),
    cancelReason: context.cancelReason,
    declined: reason ? { reason, instead: context.declineNote } : null,
    giveUpDays: Math.round(facts.policy.giveUpAfterMs / DAY_MS),
  }
}
