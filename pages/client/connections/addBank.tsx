import { clientClock } from '../../../domain/words/dates.ts'
import { lastTryWords } from '../../../domain/words/sharing.ts'
import { Titled } from '../frame.tsx'
import { AskAndBanks, Foot } from '../invitation.tsx'
import { PostButton, Ways } from '../parts.tsx'
import { namesOf, words } from '../words.ts'
import type { AddBankView } from './view.ts'

/** One more bank, beside those that are shared: the same consent and the same tiles as for the first one. */
export function AddBankPage({ view }: { view: AddBankView }) {
  const w = words.addBank
  const { base, left, zone } = view
  return (
    <Titled practice={view.practice} title={w.title(view)} foot={<Foot view={view} />} base={base}>
      {view.asked.length > 0 && <p>{w.asked(view.practice.name, namesOf(view.asked))}</p>}
      {view.lastTry && <p>{lastTryWords(view.lastTry)}</p>}
      {left && (
        <>
          <p>{words.bank.left(left.bank, clientClock(left.at, zone))}</p>
          <PostButton to={`${base}/check`} label={words.bank.checkNow} look="no" />
        </>
      )}
      {(view.lastTry || left) && <p>{w.unchanged(namesOf(view.shared))}</p>}
      <AskAndBanks view={view} accepted at={`${base}/another`} />
      {view.notNow && (
        <Ways>
          <a href={view.notNow}>{w.notNow}</a>
        </Ways>
      )}
    </Titled>
  )
}
