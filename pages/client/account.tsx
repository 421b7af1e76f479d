import { Titled } from './frame.tsx'
import { PostButton, Ways } from './parts.tsx'
import { words as portal } from './portal/words.ts'
import type { AccountView } from './view.ts'
import { words } from './words.ts'

/** The page for an invitation to a person who has a sign-in: sign in first, or sign out of another person's account. */
export function AccountPage({ view }: { view: AccountView }) {
  const w = words.account
  const { practice, organisation, base } = view
  if (view.page === 'existing-sign-in') {
    const title = w.existingTitle(organisation)
    return (
      <Titled practice={practice} title={title} base={base}>
        <p>{w.existing(view.email, practice.name)}</p>
        <PostButton to={`${base}/sign-in`} label={portal.signIn.ask} />
      </Titled>
    )
  }
  return (
    <Titled practice={practice} title={w.wrongTitle} base={base}>
      <p>{w.wrong(view.invited, view.current)}</p>
      <PostButton to={`${base}/sign-out`} label={w.signOut} />
      <Ways>
        <a href="/home">{w.leave}</a>
      </Ways>
    </Titled>
  )
}
