import { clientClock, clientInstant, plainDate } from '../../domain/words/dates.ts'
import type { Shared, SharingView } from './connections/view.ts'
import { Frame, Titled } from './frame.tsx'
import { Accounts, GoLink, Paragraphs, PostButton, SeeOrStop, Success, Ways } from './parts.tsx'
import type { DoneView } from './view.ts'
import { words } from './words.ts'

/** The page of a client who has nothing left to do: the practice's next steps, and the link to see and stop sharing. */
export function DonePage({ view }: { view: DoneView }) {
  const { title, text } = words.done
  return (
    <Frame practice={view.practice} title={title} base={view.base}>
      <Success title={title}>{text(view.practice.name, view)}</Success>
      <SharedList shared={view.shared} zone={view.zone} />
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
      <SeeOrStop href={view.manageHref} addHref={view.addHref} hint={view.hint} />
    </Frame>
  )
}

/** Lists shared connections, each with its end and all its accounts. */
export function SharedList(props: { shared: readonly Shared[]; zone: string; level?: 'h2' | 'h4' }) {
  const { shared, zone, level: Name = 'h2' } = props
  return shared.map(({ id, name, accounts, until }) => (
    <section key={id}>
      <Name>{name}</Name>
      {until !== null && <p>{words.sharing.until(plainDate(until, zone))}</p>}
      <Accounts accounts={accounts} />
    </section>
  ))
}

/** The pages about sharing: the list, the confirmation before stopping, and the notice that sharing stopped. */
export function SharingPage({ view }: { view: SharingView }) {
  const w = words.sharing
  const { base, zone } = view
  const practice = view.practice.name
  const page = { practice: view.practice, base }
  switch (view.page) {
    case 'sharing':
      return (
        <Titled {...page} title={w.listTitle}>
          {view.shared.length === 0 ? <p>{w.nothing(practice)}</p> : <List {...view} />}
          <Ways>
            <a href={base}>{words.whereThingsStand}</a>
          </Ways>
        </Titled>
      )
    case 'stopped-before':
      return (
        <Titled {...page} title={w.stoppedBeforeTitle(view.bankName)}>
          <p>{w.stoppedBefore(practice, clientInstant(view.stoppedAt, zone))}</p>
          {view.canAgain && (
            <div>
              <a className="no" href={`${base}?choose=1#banks`}>
                {w.connectAgain}
              </a>
            </div>
          )}
          <Ways>
            <a href={view.manageHref}>{w.seeShared}</a>
          </Ways>
        </Titled>
      )
    case 'stop-sharing': {
      const { id, name, kind, accounts } = view.shared
      return (
        <Titled {...page} title={w.title(name, practice)}>
          <Accounts accounts={accounts} />
          <p>{kind === 'bank' ? w.text(name) : w.textBooks(name)}</p>
          <PostButton to={`${base}/stop`} fields={{ connection: id }} label={w.stop} look="end" />
          <Ways>
            <a href={base}>{w.keep}</a>
          </Ways>
        </Titled>
      )
    }
    case 'sharing-stopped':
      return (
        <Titled {...page} title={w.stoppedTitle(view.bankName)}>
          <p>{w.stopped(clientClock(view.stoppedAt, zone), practice)}</p>
          {view.alsoRemoveAt && <p>{w.alsoRemove(view.alsoRemoveAt)}</p>}
          <GoLink href={`${base}/stop`} label={w.seeShared} />
        </Titled>
      )
  }
}

function List({ practice, base, zone, shared }: Extract<SharingView, { page: 'sharing' }>) {
  const w = words.sharing
  return (
    <>
      <p>{w.list(practice.name)}</p>
      {shared.map((one) => (
        <section key={one.id}>
          <SharedList shared={[one]} zone={zone} />
          <Ways>
            <a href={`${base}/stop/${one.id}`}>{w.stopOne(one.name)}</a>
          </Ways>
        </section>
      ))}
    </>
  )
}
