import { z } from 'zod'
import { openGrant } from '../../../commands/connections/ledgers/grants.ts'
import type { Tx } from '../../../db/client.ts'
import { findTenantHolder } from '../../../db/connections/connections.ts'
import { type AuthSession, readChoice, readLastLedger } from '../../../db/connections/sessions.ts'
import { readFacts } from '../../../db/onboardings/facts.ts'
import { findCurrentOnboarding, readOrganisationId } from '../../../db/onboardings/onboardings.ts'
import { type Step, stateOf, stepOf } from '../../../domain/situation.ts'
import type { LedgerOrganisation } from '../../../providers/ledger/ledger.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { nameSeenBy } from '../../sight.ts'
import { clientText, ledgerText } from '../texts.ts'

const organisation = z.object({
  id: z.string().meta({ description: 'Names it in the choice.', example: '70784a63-d24b-46a9-a4db-0e70a274b056' }),
  name: clientText,
  linkedTo: z
    .object({ name: clientText, client: z.uuid().nullable() })
    .nullable()
    .meta({ description: 'Which other client has it: `client` is its onboarding, of one that you may see.' }),
})

/** The choice of a ledger organisation, and the question to answer. */
export const choiceSchema = z
  .object({
    asks: z.enum(['choose', 'check', 'linked', 'sign_in', 'nothing']).meta({
      description:
        'To choose one; to look at the chosen one, whose name is another; to choose another, since it is linked elsewhere; to sign in anew, since that sign-in is over or somebody else’s; or nothing.',
    }),
    ledger: ledgerText,
    chosen: organisation.nullable(),
    organisations: z.array(organisation).meta({ description: 'What can be chosen without signing in anew.' }),
  })
  .meta({ id: 'LedgerChoice' })

type Choice = z.infer<typeof choiceSchema>

/** Returns the open question about a client's ledger and its sign-in; null when there is no such onboarding. */
export async function readLedgerChoice(
  tx: Tx,
  { sealer, ledgers }: Pick<Dependencies, 'sealer' | 'ledgers'>,
  caller: Caller,
  onboardingId: string,
): Promise<{ choice: Choice; session: AuthSession | null } | null> {
  const read = await readFacts(tx, onboardingId)
  if (!read) return null
  const labelOf = (provider: string) => ledgers.find(provider)?.label ?? provider
  const asked = askedOf(stepOf(read.facts, 'books'))
  const session = asked && (await readChoice(tx, onboardingId))
  const grant = session && openGrant(sealer, session)
  if (!grant) {
    const last = await readLastLedger(tx, onboardingId)
    const none = { ledger: last === null ? ledgers.first.label : labelOf(last), chosen: null, organisations: [] }
    return { choice: { ...none, asks: asked ? 'sign_in' : 'nothing' }, session: null }
  }
  const own = await readOrganisationId(tx, onboardingId)
  const shown = async ({ tenantId, name }: LedgerOrganisation) => {
    const holder = await findTenantHolder(tx, session.provider, tenantId, own)
    return { id: tenantId, name, linkedTo: holder && (await holderSeenBy(tx, caller, holder)) }
  }
  const chosen = grant.chosen && (await shown(grant.chosen))
  const organisations: Choice['organisations'] = []
  if (maySeeReached(caller, session)) for (const one of grant.reached) organisations.push(await shown(one))
  organisations.sort((one, other) => rankOf(one) - rankOf(other) || one.name.localeCompare(other.name))
  const isEmpty = asked === 'choose' ? organisations.length === 0 : chosen === null
  const ledger = labelOf(session.provider)
  return { choice: { asks: isEmpty ? 'sign_in' : asked, ledger, chosen, organisations }, session }
}

/** Returns the sort rank: available organisations come first. */
const rankOf = ({ linkedTo }: Choice['organisations'][number]): number => (linkedTo === null ? 0 : 1)

function askedOf(step: Step): 'choose' | 'check' | 'linked' | null {
  if (stateOf(step) !== 'open') return null
  if (step.phase === 'choose_organisation') return 'choose'
  if (step.phase === 'check_organisation') return 'check'
  return step.reason === 'already_linked' ? 'linked' : null
}

/**
 * Returns true if the caller may see the organisations that a sign-in reached. They include other clients' books, so a
 * caller with limited sight sees only those of their own sign-in.
 */
const maySeeReached = ({ sight, actor }: Caller, { openedBy, openerId }: AuthSession): boolean =>
  openedBy !== 'client' && (sight.of === 'all' || openerId === actor.id)

async function holderSeenBy(tx: Tx, caller: Caller, holder: { id: string; name: string }) {
  const name = await nameSeenBy(tx, caller, holder)
  return { name, client: name === holder.name ? await findCurrentOnboarding(tx, holder.id) : null }
}
