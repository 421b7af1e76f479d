import { Titled } from '../frame.tsx'
import { GoLink, PostButton, Ways } from '../parts.tsx'
import type { PortalView } from './view.ts'
import { words } from './words.ts'

type SignInView = Extract<PortalView, { page: 'home-sign-in' | 'sign-in-asked' | 'sign-in-as' | 'sign-in-ended' }>

/** The pages of the client's sign-in: the address, the mail, and the link in it. */
export function PortalSignInPage({ view }: { view: SignInView }) {
  const w = words.signIn
  switch (view.page) {
    case 'home-sign-in':
      return (
        <Titled practice={null} title={w.title}>
          {view.ended && <p role="status">{w.sessionEnded}</p>}
          <p>{w.lead}</p>
          <form method="post" action="/home/sign-in">
            <label>
              {w.email}
              <input
                type="email"
                name="email"
                required
                maxLength={254}
                autoComplete="email"
                {...(view.refused && { 'aria-invalid': true, 'aria-describedby': 'refused' })}
              />
            </label>
            {view.refused && (
              <p className="w" id="refused" role="alert">
                {w.notAnEmail}
              </p>
            )}
            <button type="submit" className="go">
              {w.ask}
            </button>
          </form>
        </Titled>
      )
    case 'sign-in-asked':
      return (
        <Titled practice={null} title={w.askedTitle}>
          <p>{w.asked(view.email)}</p>
          <Ways>
            <a href="/home/sign-in">{w.another}</a>
          </Ways>
        </Titled>
      )
    case 'sign-in-as':
      return (
        <Titled practice={null} title={w.title}>
          <p>{w.asLead}</p>
          <PostButton to={`/s/${view.token}`} label={w.as(view.email)} />
        </Titled>
      )
    case 'sign-in-ended':
      return (
        <Titled practice={null} title={w.endedTitle}>
          <p>{w.ended}</p>
          <GoLink href="/home/sign-in" label={w.ask} />
        </Titled>
      )
  }
}
