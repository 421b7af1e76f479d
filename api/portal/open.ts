import { stampSeen } from '../../db/users/members.ts'
import { type Home, type HomeContext, readHomeContext, readHomes, type SignedInPerson } from '../../db/users/portal.ts'
import { nameOfSoftware } from '../../domain/connections/ledgers.ts'
import { MOST_BANKS } from '../../domain/connections/severalBanks.ts'
import type { HomeCard, HomeShare } from '../../pages/client/portal/view.ts'
import { banksOf, sharedOf } from '../client/page/shared.ts'
import type { Dependencies } from '../dependencies.ts'

/** One organisation of a signed-in person. */
export type OpenedHome = { person: SignedInPerson; home: Home; context: HomeContext; base: string }

/** Reads everything that a person's organisations share, each with its own tenant. `looks` records the visit. */
export async function openHomes({ db }: Dependencies, person: SignedInPerson, looks: boolean): Promise<OpenedHome[]> {
  const homes = await readHomes(db, person.personId)
  const opened = await Promise.all(
    homes.map((home) =>
      db.inPractice(home.practiceId, async (tx) => {
        const context = await readHomeContext(tx, home.organisationId)
        if (looks) await stampSeen(tx, home.organisationId, person.personId)
        return context && { person, home, context, base: `/home/${home.organisationId}` }
      }),
    ),
  )
  return opened.filter((one) => one !== null)
}

/** Returns one card for each business: those kept with several practices share a card, under the first one's name. */
export function cardsOf(homes: readonly OpenedHome[]): HomeCard[] {
  const byBusiness = new Map<string, HomeCard>()
  for (const opened of homes) {
    const { business } = opened.home
    const card = byBusiness.get(business)
    byBusiness.set(business, {
      organisation: card?.organisation ?? opened.context.organisation,
      with: card ? [...card.with, shareOf(opened)] : [shareOf(opened)],
    })
  }
  return [...byBusiness.values()]
}

function shareOf({ person, home, context, base }: OpenedHome): HomeShare {
  const { practice } = context
  const { bank, another, all, books } = connectable({ person, home, context })
  const offers = { bank, another, all, books: books ? (nameOfSoftware(context) ?? 'your accounting software') : null }
  return { practice: practice.name, zone: practice.timeZone, base, role: home.role, shared: sharedOf(context), offers }
}

/**
 * Returns what a person can do from here: connect the open steps of the onboarding that was sent to them, the books as
 * a Business Admin, or another bank, or say that the banks are all. Other users of the organisation see sharing, and get
 * no link.
 */
export function connectable({ person, home, context }: Pick<OpenedHome, 'person' | 'home' | 'context'>) {
  const { open, addsBanks, asksIfAll } = context
  const isTheirs = open !== null && open.address === person.address.toLowerCase()
  const another = isTheirs && addsBanks && banksOf(context).length < MOST_BANKS
  const books = isTheirs && open.books && home.role === 'business_admin'
  return { bank: isTheirs && open.bank, another, all: isTheirs && asksIfAll, books }
}
