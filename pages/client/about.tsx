import { about, noPage } from './aboutWords.ts'
import { Titled } from './frame.tsx'
import { GoLink, Ways } from './parts.tsx'
import type { AboutView } from './view.ts'
import { words } from './words.ts'

type NoPageView = Extract<AboutView, { page: 'no-page' }>

/** The pages on privacy and accessibility. Behind a link they name the practice and lead back. */
export function AboutPage({ view }: { view: Exclude<AboutView, NoPageView> }) {
  const { behind } = view
  const { title } = about[view.page]
  const sections =
    view.page === 'privacy'
      ? about.privacy.sections(behind?.practice.name ?? null, view.contact, view.providers)
      : about.accessibility.sections
  return (
    <Titled practice={behind?.practice ?? null} title={title} {...(behind && { base: behind.base })}>
      {sections.map((section) => (
        <section key={section.title}>
          <h2>{section.title}</h2>
          <p>{section.text}</p>
        </section>
      ))}
      <Ways>
        {behind ? (
          <a href={behind.base}>{words.forms.backToInvitation}</a>
        ) : (
          <a href="/home">{words.connect.seeAtHome}</a>
        )}
      </Ways>
    </Titled>
  )
}

/** The page for an unknown address, for browsers. */
export function NoPage({ view }: { view: NoPageView }) {
  return (
    <Titled practice={null} title={noPage.title}>
      <p>{noPage.text}</p>
      {view.signedIn ? (
        <GoLink href="/clients" label={noPage.clients} />
      ) : (
        <>
          <GoLink href="/sign-in" label={noPage.signIn} />
          <Ways>
            <a href="/home/sign-in">{noPage.isClient}</a>
          </Ways>
        </>
      )}
    </Titled>
  )
}
