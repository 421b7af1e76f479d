import { plainDate } from '../../../domain/words/dates.ts'
import { Titled } from '../frame.tsx'
import { Ways } from '../parts.tsx'
import { Tabs } from './tabs.tsx'
import type { PortalView } from './view.ts'
import { words } from './words.ts'

type IntegrationsView = Extract<PortalView, { page: 'integrations' }>

/** The page on which a client connects their accounting software, or sees who did. */
export function IntegrationsPage({ view }: { view: IntegrationsView }) {
  const { practice, base, role, connected } = view
  const w = words.integrations
  return (
    <Titled practice={practice} title={w.title}>
      <Tabs base={base} isAdmin={role === 'business_admin'} here="integrations" />
      {connected ? <Connected {...connected} base={base} zone={view.zone} /> : <Way view={view} />}
    </Titled>
  )
}

function Way({ view: { practice, base, way } }: { view: IntegrationsView }) {
  const w = words.integrations
  switch (way.is) {
    case 'practice':
      return <p>{w.byPractice(practice.name)}</p>
    case 'nothing':
      return <p>{w.nothing(practice.name)}</p>
    case 'another':
      return <p>{w.another(way.admin)}</p>
    case 'tiles':
      return (
        <>
          <p>{w.lead(practice.name)}</p>
          <form method="post" action={`${base}/integrations`} className="tiles two">
            {way.ledgers.map(({ id, name }) => (
              <button type="submit" key={id} name="ledger" value={id}>
                <span>{words.home.connect(name)}</span>
              </button>
            ))}
          </form>
        </>
      )
  }
}

function Connected(props: NonNullable<IntegrationsView['connected']> & { base: string; zone: string }) {
  const { id, ledger, organisation, by, at, base, zone } = props
  const w = words.integrations
  const stop = `${base}/stop/${id}`
  return (
    <>
      <section className="card">
        <h2>{w.connected(ledger, organisation)}</h2>
        <p className="s m">{w.by(by, plainDate(at, zone))}</p>
        <Ways>
          <a href={stop} aria-label={w.disconnectNamed(ledger)}>
            {w.disconnect}
          </a>
        </Ways>
      </section>
      <h2>{w.others}</h2>
      <p>
        {w.use(ledger)}{' '}
        <a href={stop} aria-label={w.changeNamed}>
          {w.change}
        </a>
      </p>
    </>
  )
}
