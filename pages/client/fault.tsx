import { clientClock } from '../../domain/words/dates.ts'
import { Titled } from './frame.tsx'
import { GoLink } from './parts.tsx'
import type { FaultView } from './view.ts'
import { words } from './words.ts'

/** The page for too many attempts, a short outage, or an error of ours: the reason, and a link to try again. */
export function FaultPage({ view }: { view: FaultView }) {
  const { title, text } = saidOf(view)
  return (
    <Titled practice={view.practice} title={title}>
      <p>{text}</p>
      <GoLink href={view.retryHref} label={words.tryAgain} />
    </Titled>
  )
}

function saidOf(view: FaultView): { title: string; text: string } {
  const w = words.fault
  switch (view.page) {
    case 'too-many-tries':
      return { title: w.waitTitle, text: w.wait(clientClock(view.tryAt, view.zone)) }
    case 'busy':
      return { title: w.busyTitle, text: view.sent ? w.busySent : w.busy }
    case 'our-fault':
      return { title: w.oursTitle, text: w.ours(view.trace) }
  }
}
