import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'

type Account = Onboarding['connections'][number]['accounts'][number]

/** Returns a sort code in the form `12-34-56`. */
const sortCodeOf = (code: string) => code.replace(/\D/g, '').replace(/^(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3')

/** An account in one line, `Current ••••5678 · 12-34-56`, with its code and currency in the ledger. */
export function AccountName({ account }: { account: Account }) {
  const { name, numberEnding, sortCode, code, currency } = account
  const facts = [sortCode && sortCodeOf(sortCode), code, currency].filter(Boolean)
  return (
    <>
      {name}
      {numberEnding && (
        <span className={classes.figures}>
          {' '}
          <span aria-hidden="true">••••</span>
          {numberEnding}
        </span>
      )}
      {facts.length > 0 && <span className={classes.dimmed}> · {facts.join(' · ')}</span>}
    </>
  )
}
