import { IconAlertTriangle } from '@tabler/icons-react'
import { api, bodyOf } from '../../../api/client.ts'
import { ActButton } from '../../../components/ActButton.tsx'
import { Shown } from '../../../components/plain/Shown.tsx'
import { toast } from '../../../components/toast.ts'
import { useMay } from '../../../shell/useMe.ts'
import { keep } from '../../verbs/keep.ts'
import classes from '../ClientPage.module.css'
import { AccountName } from './AccountName.tsx'
import { type Connection, nameOf } from './connectionWords.ts'

type Account = Connection['closed'][number]

const SEEN_AGAIN = { icon: IconAlertTriangle, tone: 'warn' } as const

/** The accounts of a bank that a colleague said are closed. Each can be reopened, also where its bank shows it again. */
export function ClosedAccounts({ connection }: { connection: Connection }) {
  const { id, closed, state } = connection
  const may = useMay()
  const bank = nameOf(connection)
  const reopen = async ({ id: account, name, isSeenAgain }: Account) => {
    const body = { accounts: [account] }
    keep(await bodyOf(api.POST('/api/v1/connections/{id}/reopen-accounts', { params: { path: { id } }, body })))
    toast(isSeenAgain ? `${name} is shared again` : `${name} is not closed. We look for it again.`)
  }
  if (state !== 'connected' || closed.length === 0) return null
  return (
    <ul className={classes.accounts}>
      {closed.map((account) => (
        <li key={account.id} className={classes.closed}>
          <span className={classes.health}>
            <span>
              <AccountName account={account} />
              {!account.isSeenAgain && <span className={classes.dimmed}>{' · closed'}</span>}
            </span>
            {account.isSeenAgain && (
              <Shown state={{ ...SEEN_AGAIN, label: `Said to be closed, but ${bank} shows it again` }} />
            )}
          </span>
          {may('work_clients') && (
            <ActButton size="compact-sm" act={() => reopen(account)} aria-label={`Reopen ${account.name} at ${bank}`}>
              Reopen
            </ActButton>
          )}
        </li>
      ))}
    </ul>
  )
}
