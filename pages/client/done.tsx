import { clientClock } from '../dates.ts'
import { Frame } from './frame.tsx'
import { Paragraphs, PostButton, Ways } from './parts.tsx'
import type { DoneView, SharingView } from './view.ts'
import { words } from './words.ts'

/** Nothing is left for the client; the practice's next steps, and where sharing is seen and stopped. */
export function DonePage({ view }: { view: DoneView }) {
  const { title, text, whatNext } = words.done
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      <p>{text(view.practice.name, view.organisation)}</p>
      {view.setupGuide && (
        <>
          <h2>{whatNext}</h2>
          <Paragraphs text={view.setupGuide} />
        </>
      )}
      <Ways>{view.manageHref && <a href={view.manageHref}>{words.seeOrStop}</a>}</Ways>
    </Frame>
  )
}

/** Asking before sharing stops, and saying that it has. */
export function SharingPage({ view }: { view: SharingView }) {
  const w = words.sharing
  const practice = view.practice.name
  const asking = view.page === 'stop-sharing'
  const title = asking ? w.title(view.bankName, practice) : w.stoppedTitle(view.bankName)
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      {asking ? (
        <>
          <p>{w.text(view.bankName)}</p>
          <PostButton to={`${view.base}/stop`} fields={{ connection: view.connectionId }} label={w.stop} />
        </>
      ) : (
        <>
          <p>{w.stopped(clientClock(view.stoppedAt, view.zone), practice)}</p>
          {view.alsoRemoveAt && <p>{w.alsoRemove(view.alsoRemoveAt)}</p>}
        </>
      )}
    </Frame>
  )
}
