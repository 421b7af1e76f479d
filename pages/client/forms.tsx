import { SharedList } from './done.tsx'
import { Titled } from './frame.tsx'
import { PostButton, Ways } from './parts.tsx'
import { type FormView, noAbouts } from './view.ts'
import { namesOf, words } from './words.ts'

/** The forms behind "not for you" and their confirmation pages. */
export function FormPage({ view }: { view: FormView }) {
  const { base } = view
  const practice = view.practice.name
  const page = { practice: view.practice, base }
  const w = words.forms
  switch (view.page) {
    case 'wrong-company':
      return (
        <Titled {...page} title={w.companyTitle(view)}>
          <p>{w.company(practice, view)}</p>
          <form method="post" action={`${base}/tell`}>
            <input type="hidden" name="about" value="not_my_company" />
            <Note label={w.anythingToAdd} name="text" />
            <Answer label={words.tell(practice)} base={base} />
          </form>
        </Titled>
      )
    case 'wrong-person':
      return (
        <Titled {...page} title={w.personTitle}>
          <p>{w.person(practice)}</p>
          <form method="post" action={`${base}/tell`}>
            <input type="hidden" name="about" value="not_the_right_person" />
            <label>
              {w.theirName}
              <input name="name" maxLength={120} autoComplete="off" />
            </label>
            <label>
              {w.theirEmail}
              <input type="email" name="email" maxLength={254} autoComplete="off" />
            </label>
            <Answer label={words.tell(practice)} base={base} />
          </form>
        </Titled>
      )
    case 'decline':
      return (
        <Titled {...page} title={w.declineTitle}>
          <p>{w.decline(practice)}</p>
          <form method="post" action={view.accepted ? `${base}/tell` : `${base}/decline`}>
            {view.accepted && <input type="hidden" name="about" value="no_wish_to_share" />}
            <Note label={w.reason} name={view.accepted ? 'text' : 'reason'} />
            <Answer label={words.tell(practice)} base={base} />
          </form>
        </Titled>
      )
    case 'still-sharing':
      return (
        <Titled {...page} title={words.stillSharing.title(namesOf(view.shared))}>
          <StillSharing view={view} />
        </Titled>
      )
    case 'told':
      return (
        <Titled {...page} title={words.thanks}>
          <Told view={view} />
        </Titled>
      )
    case 'texts-stopped':
      return (
        <Titled {...page} title={w.textsTitle}>
          <p>
            {w.textsStopped(view.number)} {view.emailWorks && w.emailWorks}
          </p>
          <p>
            <a href={base}>{w.backToInvitation}</a>
          </p>
        </Titled>
      )
  }
}

type Of<P extends FormView['page']> = Extract<FormView, { page: P }>

/** Lists the shared connections with a button to stop each, and a button that only reports and stops nothing. */
function StillSharing({ view: { practice, base, zone, shared, about } }: { view: Of<'still-sharing'> }) {
  const w = words.stillSharing
  return (
    <>
      <p>{w.seen(practice.name)}</p>
      <SharedList shared={shared} zone={zone} />
      <p>{w.telling}</p>
      <div className="row">
        {shared.map(({ id, name }) => (
          <PostButton
            key={id}
            to={`${base}/stop`}
            fields={{ connection: id }}
            label={words.sharing.stopOne(name)}
            look="end"
          />
        ))}
        <PostButton to={`${base}/tell`} fields={{ about, only: '1' }} label={w.tellOnly(practice.name)} look="no" />
      </div>
      <Ways>
        <a href={base}>{words.forms.back}</a>
      </Ways>
    </>
  )
}

/** The confirmation of a report to the practice: what was reported, what is still shared, and the way on. */
function Told({ view }: { view: Of<'told'> }) {
  const { about, accepted, base, shared } = view
  const practice = view.practice.name
  const w = words.told
  const isNo = noAbouts.some((one) => one === about)
  if (isNo && shared.length > 0) {
    const names = namesOf(shared)
    return (
      <>
        <p>
          {w.told(practice)} {words.stillSharing.still(names)} <strong>{words.stillSharing.shared}</strong>:{' '}
          <a href={`${base}/stop`}>{words.stillSharing.stopIt}</a>.
        </p>
        <Ways>
          {shared.every(({ kind }) => kind !== 'bank') && <a href={`${base}?choose=1#banks`}>{w.connectAfterAll}</a>}
        </Ways>
      </>
    )
  }
  const isSlip = about === 'not_my_company' || about === 'not_the_right_person' || about === 'not_now'
  return (
    <>
      <p>{w[about](practice, view, accepted)}</p>
      <Ways>
        {about === 'no_wish_to_share' ? (
          <a href={`${base}?choose=1#banks`}>{w.connectAfterAll}</a>
        ) : (
          <a href={base}>{isSlip ? w.byMistake : w.goOn}</a>
        )}
      </Ways>
    </>
  )
}

function Note({ label, name }: { label: string; name: string }) {
  return (
    <label>
      {label}
      <textarea name={name} rows={3} maxLength={500} />
    </label>
  )
}

function Answer({ label, base }: { label: string; base: string }) {
  return (
    <>
      <button type="submit" className="go">
        {label}
      </button>
      <p className="ways">
        <a href={base}>{words.forms.back}</a>
      </p>
    </>
  )
}
