import { Button, Group, Paper, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link, useParams, useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { api, bodyOf } from '../../api/client.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { Refusal } from '../../components/Refusal.tsx'
import { Select } from '../../components/Select.tsx'
import { toast } from '../../components/toast.ts'
import { accountsOf } from '../../consents/consentWords.ts'
import { useMay } from '../../shell/useMe.ts'
import { AccountName } from '../detail/connections/AccountName.tsx'
import type { Onboarding } from '../detail/queries.ts'
import { NamesDiffer } from '../detail/steps/NamesDiffer.tsx'
import { ClientFrame } from '../frame/ClientFrame.tsx'
import { useClientPath } from '../frame/useClientPath.ts'
import { DisconnectDialog } from '../verbs/DisconnectDialog.tsx'
import { keep } from '../verbs/keep.ts'
import classes from './MatchPage.module.css'
import { BECAUSE, type Choices, firstChoices, NONE, saveWords, sidesOf } from './matches.ts'

/** Matches each bank account with an account in the ledger, or with none. */
export function MatchPage() {
  const { id = '' } = useParams({ strict: false })
  return (
    <ClientFrame id={id} tab={null}>
      {(client) => <Match client={client} />}
    </ClientFrame>
  )
}

function Match({ client }: { client: Onboarding }) {
  const may = useMay()
  const back = useClientPath(client.id)
  const [isSame, setSame] = useState(!client.organisation.isNamedDifferently)
  const [isEnding, setEnding] = useState(false)
  const sides = sidesOf(client)
  const books = client.connections.find(({ kind }) => kind === 'books')
  const canMatch = client.steps.some(({ kind, allowed }) => kind === 'mapping' && allowed.includes('match'))
  if (!sides || !books || !canMatch || !may('work_clients')) {
    return (
      <EmptyState
        title="Nothing to match"
        action={
          <Button component={Link} to={back as string} variant="default">
            Back to {client.organisation.name}
          </Button>
        }
      >
        Match accounts comes after the bank and the books.
      </EmptyState>
    )
  }
  return (
    <section aria-labelledby="match">
      <Title order={2} id="match">
        Match accounts
      </Title>
      <Text size="sm" c="dimmed">
        {softwareLabel(books.provider)}: {books.institution} · You: {client.organisation.name}
      </Text>
      {!isSame && <NamesDiffer client={client} onDisconnect={() => setEnding(true)} onSame={() => setSame(true)} />}
      {isSame && <MatchForm client={client} sides={sides} ledger={softwareLabel(books.provider)} back={back} />}
      {isEnding && <DisconnectDialog client={client} connection={books} onClose={() => setEnding(false)} />}
    </section>
  )
}

function MatchForm(props: {
  client: Onboarding
  sides: NonNullable<ReturnType<typeof sidesOf>>
  ledger: string
  back: string
}) {
  const { client, sides, ledger, back } = props
  const router = useRouter()
  const [choices, setChoices] = useState<Choices>(() => firstChoices(client, sides.bank))
  const [isTried, setTried] = useState(false)
  const save = async () => {
    const matches = sides.bank.map(({ id }) => {
      const chosen = choices[id] ?? NONE
      return { bankAccount: id, ledgerAccount: chosen === NONE ? null : chosen }
    })
    const params = { path: { id: sides.connection } }
    keep(await bodyOf(api.POST('/api/v1/connections/{id}/mapping', { params, body: { matches } })))
    const n = matches.filter(({ ledgerAccount }) => ledgerAccount !== null).length
    toast(`Matched ${accountsOf(n)} to ${ledger}`)
    router.history.push(back)
  }
  const { mutate, reset, error, isPending } = useMutation({ mutationFn: save })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setTried(true)
    reset()
    const open = sides.bank.find(({ id }) => !choices[id])
    if (open) event.currentTarget.querySelector<HTMLInputElement>(`[data-account="${open.id}"]`)?.focus()
    else mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Paper mt="lg">
        <ul>
          {sides.bank.map((account) => {
            const proposal = client.suggestions?.find(({ bankAccount }) => bankAccount === account.id)
            const chosen = choices[account.id] ?? null
            const isProposed = proposal?.because && proposal.ledgerAccount === chosen
            const taken = new Set(Object.entries(choices).flatMap(([id, one]) => (id === account.id ? [] : [one])))
            return (
              <li key={account.id} className={classes.row}>
                <span className={classes.account} id={`account-${account.id}`}>
                  <AccountName account={account} />
                </span>
                <Select
                  aria-labelledby={`account-${account.id}`}
                  data-account={account.id}
                  placeholder={`Choose in ${ledger}`}
                  data={[
                    ...sides.books.map((one) => ({
                      value: one.id,
                      label: [one.name, one.numberEnding && `••••${one.numberEnding}`, one.code]
                        .filter(Boolean)
                        .join(' · '),
                      disabled: taken.has(one.id),
                    })),
                    { value: NONE, label: 'None of these' },
                  ]}
                  value={chosen}
                  onChange={(value) => setChoices({ ...choices, [account.id]: value })}
                  error={isTried && chosen === null ? 'Choose an account, or None of these.' : undefined}
                />
                <span className={classes.because}>
                  {isProposed && proposal.because
                    ? BECAUSE[proposal.because]
                    : proposal?.because
                      ? ''
                      : 'No match found'}
                </span>
              </li>
            )
          })}
        </ul>
      </Paper>
      {sides.books.length === 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {ledger} has no bank accounts here. Add one there, then connect the books again.
        </Text>
      )}
      <Refusal error={error} mt="sm" />
      <Group gap="sm" mt="lg" className={classes.acts}>
        <Button type="submit" loading={isPending} variant={client.situation.move === 'practice' ? 'filled' : 'default'}>
          {saveWords(choices)}
        </Button>
        <Button component={Link} to={back as string} variant="default">
          Skip for now
        </Button>
      </Group>
    </form>
  )
}
