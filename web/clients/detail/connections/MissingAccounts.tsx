import { Menu } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { api, bodyOf } from '../../../api/client.ts'
import { ActButton } from '../../../components/ActButton.tsx'
import { ManageMenu } from '../../../components/ManageMenu.tsx'
import { Shown } from '../../../components/plain/Shown.tsx'
import { attempt, toast } from '../../../components/toast.ts'
import { useMay } from '../../../shell/useMe.ts'
import { keep } from '../../verbs/keep.ts'
import { toastUndo } from '../../verbs/toastUndo.tsx'
import { firstWithin } from '../../verbs/words.ts'
import classes from '../ClientPage.module.css'
import type { Onboarding } from '../queries.ts'
import { type Connection, nameOf } from './connectionWords.ts'

type Account = Connection['missing'][number]

/** The accounts of a bank that cannot be seen any more: the client is asked about them, or a colleague knows them closed. */
export function MissingAccounts({ client, connection }: { client: Onboarding; connection: Connection }) {
  const { id, missing, downSince, state } = connection
  const may = useMay()
  const [bank, first] = [nameOf(connection), firstWithin(client)]
  const params = { path: { id } }
  const ask = async () => {
    keep(await bodyOf(api.POST('/api/v1/connections/{id}/ask-to-confirm', { params })))
    toast(`Asked ${first} to choose the accounts at ${bank} again.`)
  }
  const close = (account: Account) =>
    attempt(async () => {
      const call = { params, body: { accounts: [account.id] } }
      keep(await bodyOf(api.POST('/api/v1/connections/{id}/close-accounts', call)))
      toastUndo(`${account.name} is closed`, async () =>
        keep(await bodyOf(api.POST('/api/v1/connections/{id}/reopen-accounts', call))),
      )
    })
  if (state !== 'connected' || missing.length === 0) return null
  const [only, another] = missing
  const names = missing.map(namedShort).join(', ')
  const label = `${another ? `${missing.length} accounts` : '1 account'} can’t be seen any more: ${names}`
  return (
    <>
      <span className={classes.health}>
        <Shown state={{ label, icon: IconAlertTriangle, tone: 'warn' }} about={bank} />
      </span>
      {may('work_clients') && (
        <span className={classes.acts}>
          {client.allowed.includes('link') && downSince === null && (
            <ActButton size="compact-sm" act={ask} aria-label={`Ask ${first}: accounts at ${bank}`}>
              Ask {first}
            </ActButton>
          )}
          <ManageMenu of={`missing accounts at ${bank}`}>
            {missing.map((account) => (
              <Menu.Item key={account.id} onClick={close(account)}>
                {account === only && !another ? 'Account closed' : `Account closed: ${namedShort(account)}`}
              </Menu.Item>
            ))}
          </ManageMenu>
        </span>
      )}
    </>
  )
}

const namedShort = ({ name, numberEnding }: Account): string => `${name}${numberEnding ? ` ••••${numberEnding}` : ''}`
