import type { ReactNode } from 'react'
import type { Practice } from './behind.ts'
import { clientCss } from './style.ts'
import { words } from './words.ts'

type FrameProps = {
  /** Null when no practice is known: the page then carries Embark's name. */
  practice: Practice | null
  title: string
  children: ReactNode
  /** Lines above "Sent by" in the foot. */
  foot?: ReactNode
  /** `/j/{token}` on a page behind a link, so that the pages about Embark can link back. */
  base?: string
}

/** A whole document: header in the practice's colour, one h1, the page, and the sender. No script. */
export function Frame({ practice, title, children, foot, base = '' }: FrameProps) {
  const name = practice?.name ?? words.product
  return (
    <html lang="en-GB">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex,nofollow" />
        <meta name="referrer" content="no-referrer" />
        <meta name="format-detection" content="telephone=no" />
        <title>{`${title} · ${name}`}</title>
        {/* Our own style sheet; its only variable is a validated colour. */}
        <style dangerouslySetInnerHTML={{ __html: clientCss(practice?.colour ?? null) }} />
      </head>
      <body>
        <a className="skip" href="#main">
          {words.skip}
        </a>
        <header>
          <div className="in">{practice?.logoSrc ? <img src={practice.logoSrc} alt={name} height={32} /> : name}</div>
        </header>
        <main id="main" className="in" tabIndex={-1}>
          {children}
        </main>
        <footer className="in">
          {foot}
          {practice && <p>{words.sentBy(practice.name)}</p>}
          <p>
            <a href={`${base}/privacy`}>{words.privacy}</a> ·{' '}
            <a href={`${base}/accessibility`}>{words.accessibility}</a>
          </p>
        </footer>
      </body>
    </html>
  )
}

/** A document that begins with its title as the h1. `note` stands at its end. */
export const Titled = ({ title, children, note, ...frame }: FrameProps & { note?: ReactNode }) => (
  <Frame title={title} {...frame}>
    <h1>{title}</h1>
    {children}
    {note}
  </Frame>
)
