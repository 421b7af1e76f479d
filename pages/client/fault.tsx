import { clientClock } from '../dates.ts'
import { Frame } from './frame.tsx'
import { GoLink } from './parts.tsx'
import type { FaultView } from './view.ts'
import { words } from './words.ts'

/** Too many tries, or our own fault: what happened, and to try again. */
export function FaultPage({ view }: { view: FaultView }) {
  const w = words.fault
  const wait = view.page === 'too-many-tries'
  const title = wait ? w.waitTitle : w.oursTitle
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      <p>{wait ? w.wait(clientClock(view.tryAt, view.zone)) : w.ours(view.trace)}</p>
      <GoLink href={view.retryHref} label={words.tryAgain} />
    </Frame>
  )
}
