import { Children, Fragment, type ReactNode } from 'react'
import { accountFigures, type SharedAccount } from '../../domain/words/sharing.ts'
import type { ConsentRow } from '../consent.ts'
import type { HomeHint } from './behind.ts'
import type { ReportAbout } from './view.ts'
import { words } from './words.ts'

/** Hidden fields of a form. */
type Fields = Record<string, string>

function Hidden({ fields }: { fields: Fields | undefined }) {
  return Object.entries(fields ?? {}).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={value} />
  ))
}

/** The style of a button: filled, outlined, red for an act that ends something, or like a link. */
type ButtonLook = 'go' | 'no' | 'end' | 'link'

/** A form that consists of one button, filled by default. */
export function PostButton(props: { to: string; label: string; fields?: Fields; look?: ButtonLook }) {
  return (
    <form method="post" action={props.to}>
      <Hidden fields={props.fields} />
      <button type="submit" className={props.look ?? 'go'}>
        {props.label}
      </button>
    </form>
  )
}

/** A link that looks like the page's one filled button. */
export function GoLink({ href, label }: { href: string; label: string }) {
  return (
    <div>
      <a className="go" href={href}>
        {label}
      </a>
    </div>
  )
}

/** A button that reports one thing to the practice. */
export function ReportButton(props: {
  base: string
  about: ReportAbout
  label: string
  text?: string
  look?: ButtonLook
}) {
  const fields: Fields = { about: props.about }
  if (props.text) fields.text = props.text
  return <PostButton to={`${props.base}/tell`} label={props.label} fields={fields} look={props.look ?? 'link'} />
}

/** The secondary links, one under the other. */
export function Ways({ children }: { children: ReactNode }) {
  const ways = Children.toArray(children)
  return (
    ways.length > 0 && (
      <ul className="ways">
        {Children.map(ways, (way) => (
          <li>{way}</li>
        ))}
      </ul>
    )
  )
}

/** Renders plain text as paragraphs, separated by blank lines. */
export function Paragraphs({ text }: { text: string }) {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim())
  return Children.map(paragraphs, (paragraph) => <p>{paragraph.trim()}</p>)
}

/** The head of a success page: a green panel with a tick, the h1, and the result in one line. */
export function Success({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="well">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9 12l2 2l4-4" />
      </svg>
      <div>
        <h1>{title}</h1>
        {children && <p>{children}</p>}
      </div>
    </div>
  )
}

/** Lists all accounts, one line each: a shortened list would hide what is shared. */
export function Accounts({ accounts }: { accounts: readonly SharedAccount[] }) {
  return (
    accounts.length > 0 && (
      <ul className="accounts">
        {accounts.map((account, index) => (
          // The index is the key because two accounts may have the same text.
          <li key={index}>
            {account.name}
            {accountFigures(account).map((figure) => (
              <Fragment key={figure}>
                {' '}
                <span className="f">{figure}</span>
              </Fragment>
            ))}
          </li>
        ))}
      </ul>
    )
  )
}

/** The links to the shared data and to add a bank, and the address of the home page, which works without the link. */
export function SeeOrStop(props: { href: string | null; addHref: string | null; hint: HomeHint }) {
  const { home, email } = props.hint
  return (
    <>
      <Ways>
        <a href={props.href ?? '/home'}>{words.seeOrStop}</a>
        {props.addHref && <a href={props.addHref}>{words.addBank.link}</a>}
      </Ways>
      {email !== null && <p className="s m">{words.atHome(home, email)}</p>}
    </>
  )
}

/** Asks whether the client has another bank, with the button that says that there is none. */
export const AllBanksQuestion = ({ view }: { view: Parameters<typeof words.addBank.isAll>[0] & { base: string } }) => (
  <>
    <p>
      <strong>{words.addBank.isAll(view)}</strong>
    </p>
    <AllBanksButton base={view.base} />
  </>
)

/** The button with which the client says that the banks that they share are all. */
export const AllBanksButton = ({ base, look }: { base: string; look?: ButtonLook }) => (
  <PostButton to={`${base}/all-banks`} label={words.addBank.all} look={look ?? 'go'} />
)

/** Rows of the consent block, each with a run-in bold label. */
export function Rows({ rows }: { rows: readonly ConsentRow[] }) {
  return (
    <dl>
      {rows.map((row) => (
        <div key={row.label}>
          <dt>{row.label}:</dt> <dd>{row.text}</dd>
        </div>
      ))}
    </dl>
  )
}
