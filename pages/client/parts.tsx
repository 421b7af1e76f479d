import { Children, type ReactNode } from 'react'
import type { ConsentRow } from '../sharing.ts'
import type { TellAbout } from './view.ts'

/** Fields a form sends along without showing them. */
type Fields = Record<string, string>

function Hidden({ fields }: { fields: Fields | undefined }) {
  return Object.entries(fields ?? {}).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={value} />
  ))
}

/** A form that is one button: filled unless `plain` (outlined) or `link` (looks like a link). */
export function PostButton(props: { to: string; label: string; fields?: Fields; look?: 'go' | 'no' | 'link' }) {
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

/** Tells the practice one thing with one press. */
export function TellButton(props: {
  base: string
  about: TellAbout
  label: string
  text?: string
  look?: 'go' | 'link'
}) {
  const fields: Fields = { about: props.about }
  if (props.text) fields.text = props.text
  return <PostButton to={`${props.base}/tell`} label={props.label} fields={fields} look={props.look ?? 'link'} />
}

/** The lesser ways on, one under the other. */
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

/** Paragraphs of plain text; blank lines separate them. */
export function Paragraphs({ text }: { text: string }) {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim())
  return Children.map(paragraphs, (paragraph) => <p>{paragraph.trim()}</p>)
}

/** The consent block: one row each, with a run-in bold label. */
export function Consent({ rows }: { rows: readonly ConsentRow[] }) {
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
