import '@mantine/core/styles/Radio.css'
import { Anchor, Radio, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { api, bodyOf, type Schema } from '../../../api/client.ts'
import { ActDialog } from '../../../components/ActDialog.tsx'
import { Refusal } from '../../../components/Refusal.tsx'
import { toast } from '../../../components/toast.ts'
import { useClientPath } from '../../frame/useClientPath.ts'
import { keep } from '../../verbs/keep.ts'
import { ledgerChoiceQuery, type Onboarding } from '../queries.ts'
import classes from './LedgerDialog.module.css'
import { openBooks } from './openBooks.ts'

type Choice = Schema['LedgerChoice']
type Organisation = Choice['organisations'][number]

/**
 * Chooses the client's organisation at the ledger from those that the sign-in reaches. Asks for a check if the name
 * differs or the organisation is linked to another client, and for a new sign-in if the old one has ended.
 */
export function LedgerDialog({ client, onClose }: { client: Onboarding; onClose: () => void }) {
  const { data: choice, error, refetch } = useQuery(ledgerChoiceQuery(client.id))
  const [isAnother, setAnother] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const [isTried, setTried] = useState(false)
  const ledger = choice?.ledger ?? 'the books'
  const signIn = async () => {
    location.assign(await openBooks(client))
    return false
  }
  const choose = async (organisation: string, sameBusiness: boolean) => {
    const body = { organisation, sameBusiness }
    const params = { path: { id: client.id } }
    // Reads the choice again after a refusal, because it may have changed meanwhile.
    const asked = bodyOf(api.POST('/api/v1/onboardings/{id}/ledger-choice', { params, body }))
    const now = await asked.catch((thrown) => {
      void refetch()
      throw thrown
    })
    keep(now)
    if (now.steps.some(({ kind, state }) => kind === 'books' && state !== 'open')) return toast(`${ledger} connected`)
    setAnother(false)
    await refetch()
    return false
  }
  /** Returns to the list if the sign-in reaches another free organisation, else signs in again. */
  const useAnother = async () => {
    if (!choice || !hasAnother(choice)) return signIn()
    setAnother(true)
    return false
  }
  const asks = isAnother ? 'choose' : choice?.asks
  const frame = { size: 'lg', keep: 'Not now', onClose } as const
  const chooseTitle = `Choose the organisation in ${ledger}`
  switch (asks) {
    case 'choose':
      return (
        <ActDialog
          {...frame}
          title={chooseTitle}
          label="Choose"
          act={async () => {
            setTried(true)
            return chosen === null ? false : choose(chosen, false)
          }}
        >
          {(_errorAt, attempt) => (
            <Reached
              organisations={choice?.organisations ?? []}
              value={chosen}
              onChange={setChosen}
              error={isTried && chosen === null && 'Choose one.'}
            >
              <Anchor component="button" type="button" size="xs" onClick={() => attempt(signIn)}>
                Sign in to {ledger} again
              </Anchor>
            </Reached>
          )}
        </ActDialog>
      )
    case 'check':
      return (
        <ActDialog
          {...frame}
          title={`Check ${ledger}`}
          label="It is the same business"
          keep="Use another organisation"
          onKeep={useAnother}
          act={async () => choose(choice?.chosen?.id ?? '', true)}
        >
          <dl className={classes.names}>
            <div>
              <dt>In {ledger}</dt>
              <dd>{choice?.chosen?.name}</dd>
            </div>
            <div>
              <dt>Here</dt>
              <dd>{client.organisation.name}</dd>
            </div>
          </dl>
          <Text size="sm">Nothing is read until you say which it is.</Text>
        </ActDialog>
      )
    case 'linked':
      return (
        <ActDialog {...frame} title={`Check ${ledger}`} label="Use another organisation" act={useAnother}>
          <Linked chosen={choice?.chosen ?? null} ledger={ledger} onLeave={onClose} />
        </ActDialog>
      )
    case 'sign_in':
      return (
        <ActDialog {...frame} title={chooseTitle} label="Sign in again" act={signIn}>
          <Text size="sm">That sign-in to {ledger} is over, or somebody else’s. Sign in again to choose.</Text>
        </ActDialog>
      )
    case 'nothing':
    case undefined:
      return (
        <ActDialog {...frame} title={chooseTitle} label="Choose" keep="Close" isBlocked act={signIn}>
          {asks === 'nothing' ? (
            <Text size="sm">Somebody has dealt with this meanwhile.</Text>
          ) : error ? (
            <Refusal error={error} />
          ) : (
            <Skeleton height={120} />
          )}
        </ActDialog>
      )
  }
}

/** Returns true if the sign-in reaches another organisation that is free; otherwise a new sign-in is needed. */
const hasAnother = ({ asks, chosen, organisations }: Choice): boolean =>
  organisations.some(({ id, linkedTo }) => linkedTo === null && (asks === 'linked' || id !== chosen?.id))

/** Lists the organisations that the sign-in reaches. `children` is the way on if the client is not among them. */
function Reached(props: {
  organisations: Organisation[]
  value: string | null
  onChange: (id: string) => void
  error: ReactNode
  children: ReactNode
}) {
  const { organisations, value, onChange, error, children } = props
  const n = organisations.length
  return (
    <>
      <Radio.Group
        label={`Your sign-in reaches ${n} ${n === 1 ? 'organisation' : 'organisations'}. Which one is this client?`}
        value={value}
        onChange={onChange}
        error={error}
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
        Not among them? {children}
      </Text>
    </>
  )
}

/** Names the client that the organisation is linked to, and says how to resolve it. */
function Linked(props: { chosen: Organisation | null; ledger: string; onLeave: () => void }) {
  const { chosen, ledger, onLeave } = props
  return (
    <Text size="sm">
      {chosen ? `“${chosen.name}”` : 'The organisation'}{' '}
      {chosen && !chosen.linkedTo ? (
        'was linked to another client, and no longer is.'
      ) : (
        <>
          is linked to <Holder linkedTo={chosen?.linkedTo ?? null} onLeave={onLeave} />.
        </>
      )}{' '}
      An organisation in {ledger} belongs to one client. Choose another, or disconnect it there first.
    </Text>
  )
}

/** The client linked to the organisation, as a link if the member may see that client. */
function Holder({ linkedTo, onLeave }: { linkedTo: Organisation['linkedTo']; onLeave: () => void }) {
  const path = useClientPath(linkedTo?.client ?? '')
  if (!linkedTo?.client) return linkedTo?.name ?? 'another client'
  return (
    <Anchor component={Link} to={path as string} inherit underline="always" onClick={onLeave}>
      {linkedTo.name}
    </Anchor>
  )
}
