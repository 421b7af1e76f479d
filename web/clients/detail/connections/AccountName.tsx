import { sortCodeOf } from '../../../../domain/words/sharing.ts'
import classes from '../ClientPage.module.css'
import type { Onboarding } from '../queries.ts'

type Account = Onboarding['connections'][number]['accounts'][number]

/** An account in one line, `Current ••••5678 · 12-34-56`, with its code and currency in the ledger. */
export function AccountName({ account }: { account: Account }) {
  const { name, numberEnding, sortCode, code, currency } = account
  const facts = [sortCode && sortCodeOf(sortCode), code, currency].filter(Boolean)
  return (
    <>
      {name}
      {numberEnding && (
        <>
          {' '}
          <span className={classes.figures}>
            <span aria-hidden="true">••••</span>
            {numberEnding}
          </span>
        </>
      )}
      {facts.map((fact) => (
        <span key={fact} className={classes.dimmed}>
          {' · '}
          <span className={classes.figures}>{fact}</span>
        </span>
      ))}
    </>
  )
}
