import type { Shared } from '../connections/view.ts'
import { SharedList } from '../done.tsx'
import { Titled } from '../frame.tsx'
import { PostButton, Ways } from '../parts.tsx'
import { Tabs } from './tabs.tsx'
import type { HomeCard, HomeShare, PortalView } from './view.ts'
import { words } from './words.ts'

/** The home page: one card for each organisation of a person, with the shared data and the way to stop. */
export function HomePage({ view }: { view: Extract<PortalView, { page: 'home' }> }) {
  const w = words.home
  const [card, another] = view.cards
  const only = card && !another && card.with.length === 1 ? card.with[0] : null
  return (
    <Titled practice={null} title={w.title}>
      <p className="s m">{w.signedIn(view.email)}</p>
      {only && <Tabs base={only.base} isAdmin={only.role === 'business_admin'} here="home" />}
      {view.cards.length === 0 && <p>{w.none}</p>}
      {view.cards.map((one) => (
        <Card key={one.with[0].base} hasTabs={only !== null} {...one} />
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
    </Titled>
  )
}

function Card({ hasTabs, ...card }: HomeCard & { hasTabs: boolean }) {
  return (
    <section className="card">
      <h2>
        <a href={card.with[0].base}>{card.organisation}</a>
      </h2>
      {card.with.map((share) => (
        <Share
          key={share.base}
          organisation={card.organisation}
          isOnly={card.with.length === 1}
          hasTabs={hasTabs}
          {...share}
        />
      ))}
    </section>
  )
}

function Share(props: HomeShare & { organisation: string; isOnly: boolean; hasTabs: boolean }) {
  const { organisation, isOnly, hasTabs, practice, zone, base, role, shared, offers } = props
  const w = words.home
  const named = isOnly ? null : practice
  const of = (kind: Shared['kind']) => shared.filter((one) => one.kind === kind)
  const stops = (one: Shared) => (
    <section key={one.id}>
      <SharedList shared={[one]} zone={zone} level="h4" />
      <Ways>
        <a href={`${base}/stop/${one.id}`} aria-label={isOnly ? undefined : w.stopWith(one.name, practice)}>
          {w.stop(one.name)}
        </a>
      </Ways>
    </section>
  )
  return (
    <>
      <p className="s m">{w.sharedWith(practice)}</p>
      <h3>{w.banks}</h3>
      {of('bank').map(stops)}
      {of('bank').length === 0 && <p>{w.noBank}</p>}
      {offers.another && <PostButton to={`${base}/connect`} label={w.addBank(named)} look="no" />}
      {offers.all && <PostButton to={`${base}/all-banks`} label={w.allBanks(named)} look={hasTabs ? 'go' : 'no'} />}
      {offers.bank && <PostButton to={`${base}/connect`} label={w.connectBank(named)} look="no" />}
      <h3>{w.books}</h3>
      {of('books').map(stops)}
      {of('books').length === 0 && <p>{w.noBooks}</p>}
      {offers.books && (
        <div>
          <a className="no" href={`${base}/integrations`}>
            {w.connect(offers.books, named)}
          </a>
        </div>
      )}
      {!hasTabs && (
        <Ways>
          <a href={`${base}/integrations`} aria-label={w.integrationsOf(organisation, named)}>
            {w.integrations}
          </a>
          {role === 'business_admin' && (
            <a href={`${base}/users`} aria-label={words.users.title(organisation, named)}>
              {w.users}
            </a>
          )}
        </Ways>
      )}
    </>
  )
}
