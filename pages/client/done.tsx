import type { ReactNode } from 'react'
import { clientClock, longDate } from '../dates.ts'
import { accountNames } from '../sharing.ts'
import { Frame } from './frame.tsx'
import { Paragraphs, PostButton, Ways } from './parts.tsx'
import type { DoneView, SharingView } from './view.ts'
import { words } from './words.ts'

/** Nothing is left for the client; the practice's next steps, and where sharing is seen and stopped. */
export function DonePage({ view }: { view: DoneView }) {
  const { title, text } = words.done
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      <p>{text(view.practice.name, view.organisation)}</p>
      {view.setupGuide && (
        <>
          <h2>{view.setupGuide.title}</h2>
          <Paragraphs text={view.setupGuide.text} />
          <Ways>
            {view.setupGuide.links.map(({ label, url }) => (
              <a key={url} href={url} rel="noreferrer">
                {label}
              </a>
            ))}
          </Ways>
        </>
      )}
      <Ways>{view.manageHref && <a href={view.manageHref}>{words.seeOrStop}</a>}</Ways>
    </Frame>
  )
}

/** What is shared, asking before one of it stops, and saying that it has. */
export function SharingPage({ view }: { view: SharingView }) {
  const { title, body } = sharing(view)
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      {body}
    </Frame>
  )
}

function sharing(view: SharingView): { title: string; body: ReactNode } {
  const w = words.sharing
  const { base, zone } = view
  const practice = view.practice.name
  switch (view.page) {
    case 'sharing':
      return {
        title: w.listTitle,
        body: view.shared.length === 0 ? <p>{w.nothing(practice)}</p> : <List {...view} />,
      }
    case 'stop-sharing':
      return {
        title: w.title(view.bankName, practice),
        body: (
          <>
            <p>{w.text(view.bankName)}</p>
            <PostButton to={`${base}/stop`} fields={{ connection: view.connectionId }} label={w.stop} />
            <Ways>
              <a href={base}>{w.keep}</a>
            </Ways>
          </>
        ),
      }
    case 'sharing-stopped':
      return {
        title: w.stoppedTitle(view.bankName),
        body: (
          <>
            <p>{w.stopped(clientClock(view.stoppedAt, zone), practice)}</p>
            {view.alsoRemoveAt && <p>{w.alsoRemove(view.alsoRemoveAt)}</p>}
          </>
        ),
      }
  }
}

function List({ practice, base, zone, shared }: Extract<SharingView, { page: 'sharing' }>) {
  const w = words.sharing
  return (
    <>
      <p>{w.list(practice.name)}</p>
      {shared.map(({ id, name, accounts, until }) => (
        <section key={id}>
          <h2>{name}</h2>
          <p>
            {accounts.length > 0 && `${accountNames(accounts)}. `}
            {until !== null && w.until(longDate(until, zone))}
          </p>
          <Ways>
            <a href={`${base}/stop/${id}`}>{w.stopOne(name)}</a>
          </Ways>
        </section>
      ))}
    </>
  )
}
