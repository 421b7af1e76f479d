import '@mantine/core/styles/Radio.css'
import { Anchor, Button, Group, Modal, Radio, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { sentenceOf } from '../../words/problems.ts'
import { useClientPath } from '../useClientPath.ts'
import { keep } from '../verbs/keep.ts'
import classes from './LedgerDialog.module.css'
import { openBooks } from './openBooks.ts'
import { ledgerChoiceQuery, type Onboarding } from './queries.ts'
import { say } from './tell.ts'

type Choice = Schema['LedgerChoice']
type Organisation = Choice['organisations'][number]

/**
 * Which organisation in the ledger is this client: chosen of those that the sign-in reaches, or looked at where its name
 * is another or it is linked elsewhere. Where the sign-in is over, another is offered.
 */
export function LedgerDialog({ client, onClose }: { client: Onboarding; onClose: () => void }) {
  const { data: choice, error, refetch } = useQuery(ledgerChoiceQuery(client.id))
  const [isAnother, setAnother] = useState(false)
  const [busy, setBusy] = useState<string | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const attempt = (what: string, work: () => Promise<void>) => async () => {
    setBusy(what)
    setRefusal(null)
    try {
      await work()
    } catch (thrown) {
      setRefusal(sentenceOf(asProblem(thrown)))
      // What can be chosen may be another by now.
      void refetch()
    } finally {
      setBusy(null)
    }
  }
  const signIn = attempt('sign_in', async () => location.assign(await openBooks(client.id)))
  const choose = (organisation: string, sameBusiness: boolean) =>
    attempt(sameBusiness ? 'same' : 'choose', async () => {
      const params = { path: { id: client.id } }
      const body = { organisation, sameBusiness }
      const now = await bodyOf(api.POST('/api/v1/onboardings/{id}/ledger-choice', { params, body }))
      keep(now)
      if (now.steps.some(({ kind, state }) => kind === 'books' && state !== 'open')) {
        say(`${choice?.ledger} connected`)
        return onClose()
      }
      setAnother(false)
      await refetch()
    })()
  const parts = { client, busy, onSignIn: () => void signIn(), onClose }
  const onAnother = choice && hasAnother(choice) ? () => setAnother(true) : parts.onSignIn
  const says = choice && {
    choose: <Choose {...parts} choice={choice} onChoose={(id) => void choose(id, false)} />,
    check: <Check {...parts} choice={choice} onSame={(id) => void choose(id, true)} onAnother={onAnother} />,
    linked: <Linked {...parts} choice={choice} onAnother={onAnother} />,
    sign_in: <SignIn {...parts} ledger={choice.ledger} />,
    nothing: <Text size="sm">Somebody has dealt with this meanwhile.</Text>,
  }
  const asks = isAnother ? 'choose' : (choice?.asks ?? 'choose')
  const name = choice?.ledger ?? 'the books'
  return (
    <Modal
      opened
      centered
      size="lg"
      onClose={onClose}
      title={asks === 'check' || asks === 'linked' ? `Check ${name}` : `Choose the organisation in ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        {says?.[asks]}
        {!choice && !error && <Skeleton height={120} />}
        {!choice && error && (
          <Text size="sm" c="danger" role="alert">
            {sentenceOf(asProblem(error))}
          </Text>
        )}
        {refusal && (
          <Text size="sm" c="danger" role="alert">
            {refusal}
          </Text>
        )}
      </Stack>
    </Modal>
  )
}

/** Whether the sign-in reaches one that can be had instead; else another sign-in is needed. */
const hasAnother = ({ asks, chosen, organisations }: Choice): boolean =>
  organisations.some(({ id, linkedTo }) => linkedTo === null && (asks === 'linked' || id !== chosen?.id))

type Parts = { client: Onboarding; busy: string | null; onSignIn: () => void; onClose: () => void }

function Choose({
  choice,
  busy,
  onChoose,
  onSignIn,
  onClose,
}: Parts & { choice: Choice; onChoose: (id: string) => void }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const [isTried, setTried] = useState(false)
  const { organisations, ledger } = choice
  const n = organisations.length
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (chosen !== null) onChoose(chosen)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Radio.Group
          label={`Your sign-in reaches ${n} ${n === 1 ? 'organisation' : 'organisations'}. Which one is this client?`}
          value={chosen}
          onChange={setChosen}
          error={isTried && chosen === null && 'Choose one.'}
        >
          <Stack gap="sm" my="sm">
            {organisations.map(({ id, name, linkedTo }) => (
              <Radio
                key={id}
                value={id}
                label={name}
                disabled={linkedTo !== null}
                description={linkedTo && `already linked to ${linkedTo.name}`}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Text size="xs" c="dimmed">
          Not among them?{' '}
          <Anchor component="button" type="button" size="xs" onClick={onSignIn}>
            Sign in to {ledger} again
          </Anchor>
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} disabled={busy !== null}>
            Not now
          </Button>
          <Button type="submit" loading={busy === 'choose'}>
            Choose
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Check(props: Parts & { choice: Choice; onSame: (id: string) => void; onAnother: () => void }) {
  const { client, choice, busy, onSame, onAnother } = props
  const { chosen, ledger } = choice
  if (!chosen) return null
  return (
    <>
      <dl className={classes.names}>
        <div>
          <dt>In {ledger}</dt>
          <dd>{chosen.name}</dd>
        </div>
        <div>
          <dt>Here</dt>
          <dd>{client.organisation.name}</dd>
        </div>
      </dl>
      <Text size="sm">Nothing is read until you say which it is.</Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onAnother} loading={busy === 'sign_in'}>
          Use another organisation
        </Button>
        <Button onClick={() => onSame(chosen.id)} loading={busy === 'same'}>
          It is the same business
        </Button>
      </Group>
    </>
  )
}

function Linked(props: Parts & { choice: Choice; onAnother: () => void }) {
  const { choice, busy, onAnother, onClose } = props
  const { chosen, ledger } = choice
  return (
    <>
      <Text size="sm">
        {chosen ? `“${chosen.name}”` : 'The organisation'}{' '}
        {chosen && !chosen.linkedTo ? (
          'was linked to another client, and no longer is.'
        ) : (
          <>
            is linked to <Holder linkedTo={chosen?.linkedTo ?? null} onLeave={onClose} />.
          </>
        )}{' '}
        An organisation in {ledger} belongs to one client. Choose another, or disconnect it there first.
      </Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} disabled={busy !== null}>
          Not now
        </Button>
        <Button onClick={onAnother} loading={busy === 'sign_in'}>
          Use another organisation
        </Button>
      </Group>
    </>
  )
}

/** The client that has it: with the way there, where it may be seen. */
function Holder({ linkedTo, onLeave }: { linkedTo: Organisation['linkedTo']; onLeave: () => void }) {
  const path = useClientPath(linkedTo?.client ?? '')
  if (!linkedTo?.client) return linkedTo?.name ?? 'another client'
  return (
    <Anchor component={Link} to={path as string} inherit underline="always" onClick={onLeave}>
      {linkedTo.name}
    </Anchor>
  )
}

function SignIn({ ledger, busy, onSignIn, onClose }: Parts & { ledger: string }) {
  return (
    <>
      <Text size="sm">That sign-in to {ledger} is over, or somebody else’s. Sign in again to choose.</Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} disabled={busy !== null}>
          Not now
        </Button>
        <Button onClick={onSignIn} loading={busy === 'sign_in'}>
          Sign in again
        </Button>
      </Group>
    </>
  )
}
