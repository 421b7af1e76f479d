import { longDate } from '../../dates.ts'
import { accountNames } from '../../sharing.ts'
import { Frame } from '../frame.tsx'
import { PostButton, Ways } from '../parts.tsx'
import type { Shared } from '../view.ts'
import type { HomeCard, HomeShare, PortalView } from './view.ts'
import { words } from './words.ts'

/** What a person's organisations share, one card each, and how to stop it. */
export function HomePage({ view }: { view: Extract<PortalView, { page: 'home' }> }) {
  const w = words.home
  return (
    <Frame practice={null} title={w.title}>
      <h1>{w.title}</h1>
      <p className="s m">{w.signedIn(view.email)}</p>
      {view.cards.length === 0 && <p>{w.none}</p>}
      {view.cards.map((card) => (
        <Card key={card.with[0].base} {...card} />
      ))}
      {view.others.length > 0 && (
        <nav aria-label={w.others}>
          <h2>{w.others}</h2>
          <Ways>
            {view.others.map(({ name, base }) => (
              <a key={base} href={base}>
                {name}
              </a>
            ))}
            <a href="/home">{w.all}</a>
          </Ways>
        </nav>
      )}
      <PostButton to="/home/sign-out" label={words.signIn.out} look="no" />
    </Frame>
  )
}

function Card(card: HomeCard) {
  return (
    <section className="card">
      <h2>
        <a href={card.with[0].base}>{card.organisation}</a>
      </h2>
      {card.with.map((share) => (
        <Share key={share.base} organisation={card.organisation} isOnly={card.with.length === 1} {...share} />
      ))}
    </section>
  )
}

function Share(props: HomeShare & { organisation: string; isOnly: boolean }) {
  const { organisation, isOnly, practice, zone, base, role, shared } = props
  const w = words.home
  return (
    <>
      <p className="s m">{shared.length > 0 ? w.sharedWith(practice) : w.nothing(practice)}</p>
      {shared.map((one) => (
        <div key={one.id}>
          <p>{sharedLine(one, zone)}</p>
          <Ways>
            <a href={`${base}/stop/${one.id}`} aria-label={isOnly ? undefined : w.stopWith(one.name, practice)}>
              {w.stop(one.name)}
            </a>
          </Ways>
        </div>
      ))}
      <Ways>
        {role === 'business_admin' && (
          <a
            href={`${base}/users`}
            aria-label={isOnly ? words.users.title(organisation) : words.users.titleWith(organisation, practice)}
          >
            {w.users}
          </a>
        )}
      </Ways>
    </>
  )
}

function sharedLine({ name, accounts, until }: Shared, zone: string): string {
  const parts = [name, ...(accounts.length > 0 ? [accountNames(accounts)] : [])]
  const end = until === null ? '' : `, ${words.home.until(longDate(until, zone))}`
  return `${parts.join(': ')}${end}.`
}
