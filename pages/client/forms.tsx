import type { ReactNode } from 'react'
import { Frame } from './frame.tsx'
import type { FormView } from './view.ts'
import { words } from './words.ts'

/** The forms behind "not for you" and the pages that answer them. */
export function FormPage({ view }: { view: FormView }) {
  const { title, body } = form(view)
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      {body}
    </Frame>
  )
}

function form(view: FormView): { title: string; body: ReactNode } {
  const { organisation, base } = view
  const practice = view.practice.name
  const w = words.forms
  switch (view.page) {
    case 'wrong-company':
      return {
        title: w.companyTitle,
        body: (
          <>
            <p>{w.company(practice, organisation)}</p>
            <form method="post" action={`${base}/tell`}>
              <input type="hidden" name="about" value="not_my_company" />
              <Note label={w.anythingToAdd} name="text" />
              <Answer label={w.tellThem} base={base} />
            </form>
          </>
        ),
      }
    case 'wrong-person':
      return {
        title: w.personTitle,
        body: (
          <>
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
              <Answer label={w.tell(practice)} base={base} />
            </form>
          </>
        ),
      }
    case 'decline':
      return {
        title: w.declineTitle,
        body: (
          <>
            <p>{view.accepted ? w.declineAccepted(practice) : w.decline(practice)}</p>
            <form method="post" action={view.accepted ? `${base}/tell` : `${base}/decline`}>
              {view.accepted && <input type="hidden" name="about" value="no_wish_to_share" />}
              <Note label={w.reason} name={view.accepted ? 'text' : 'reason'} />
              <Answer label={w.tell(practice)} base={base} />
            </form>
          </>
        ),
      }
    case 'told':
      return { title: words.thanks, body: <p>{words.told[view.about](practice, organisation, view.accepted)}</p> }
    case 'texts-stopped':
      return {
        title: w.textsTitle,
        body: (
          <>
            <p>
              {w.textsStopped(view.number)} {view.emailWorks && w.emailWorks}
            </p>
            <p>
              <a href={base}>{w.backToInvitation}</a>
            </p>
          </>
        ),
      }
  }
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
