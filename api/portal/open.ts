import { stampSeen } from '../../db/users/members.ts'
import { type Home, type HomeContext, readHomeContext, readHomes, type SignedInPerson } from '../../db/users/portal.ts'
import type { HomeCard } from '../../pages/client/portal/view.ts'
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

export function cardOf({ home, context, base }: OpenedHome): HomeCard {
  const { organisation, practice, connections } = context
  const standing = connections.filter((one) => one.state !== 'disconnected')
  const shared = standing.map(({ id, name, accounts, accessUntil: until }) => ({ id, name, accounts, until }))
  return { organisation, practice: practice.name, zone: practice.timeZone, base, role: home.role, shared }
}

/** What every page about one organisation says. */
export function behindHome({ context, base }: OpenedHome) {
  const { name, brandColour, timeZone } = context.practice
  return {
    practice: { name, colour: brandColour, logoSrc: null },
    organisation: context.organisation,
    zone: timeZone,
    base,
  }
}
