import { listed } from '../../domain/practice/rightWords.ts'
import { Titled } from './frame.tsx'
import { Foot } from './invitation.tsx'
import { ReportButton, Ways } from './parts.tsx'
import type { LetInView } from './view.ts'
import { words } from './words.ts'

/** The request to be let in: the practice, the data it would see, and yes or not now. It shares nothing yet. */
export function LetInPage({ view }: { view: LetInView }) {
  const w = words.letIn
  const { practice, base, existing, sees, places, suggested } = view
  const title = w.title(practice.name, view)
  const list = [w.who, ...(sees.bank ? [w.bank] : []), ...(sees.books ? [w.books] : [])]
  return (
    <Titled practice={practice} title={title} foot={<Foot view={view} />} base={base}>
      {existing && <p>{w.kept(existing)}</p>}
      <p>{w.sees(listed(list))}</p>
      <p>{w.others(practice.name)}</p>
      <form method="post" action={`${base}/let-in`}>
        {places.length > 0 && (
          <fieldset>
            <legend>{w.same(view)}</legend>
            {places.map(({ id, name, practice: keeper }) => (
              <label className="pick" key={id}>
                <input type="radio" name="same" value={id} defaultChecked={id === suggested} /> {w.place(name, keeper)}
              </label>
            ))}
            <label className="pick">
              <input type="radio" name="same" value="" defaultChecked={suggested === null} /> {w.none}
            </label>
          </fieldset>
        )}
        <button type="submit" className="go">
          {w.yes}
        </button>
      </form>
      <Ways>
        <ReportButton base={base} about="not_now" label={w.notNow} />
        <a href={`${base}/wrong-company`}>{w.notHere(view)}</a>
        <a href={`${base}/wrong-person`}>{words.invitation.notThePerson}</a>
      </Ways>
    </Titled>
  )
}
