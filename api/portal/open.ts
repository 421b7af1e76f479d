import { stampSeen } from '../../db/users/members.ts'
import { type Home, type HomeContext, readHomeContext, readHomes, type SignedInPerson } from '../../db/users/portal.ts'
import { onPages } from '../../pages/brand.ts'
import type { HomeCard, HomeShare } from '../../pages/client/portal/view.ts'
import type { Dependencies } from '../dependencies.ts'

/** One organisation of a person who is signed in. */
export type OpenedHome = { person: SignedInPerson; home: Home; context: HomeContext; base: string }

/** Everything that a person's organisations share, each read as its practice. `looks` notes that they looked in. */
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

/** One card for each business: those kept with several practices stand together, under the name of the first. */
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

function shareOf({ home, context, base }: OpenedHome): HomeShare {
  const { practice, connections } = context
  const standing = connections.filter((one) => one.state !== 'disconnected')
  const shared = standing.map(({ id, name, accounts, accessUntil: until }) => ({ id, name, accounts, until }))
  return { practice: practice.name, zone: practice.timeZone, base, role: home.role, shared }
}

/** What every page about one organisation says. */
export function behindHome({ context, base }: OpenedHome) {
  return {
    practice: onPages(context.practice),
    organisation: context.organisation,
    zone: context.practice.timeZone,
    base,
  }
}
