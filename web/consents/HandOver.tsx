import { Alert, Anchor, Button, Group, Select, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { firstName } from '../../domain/fields/person.ts'
import { api, bodyOf, type Schema } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { useColleagues } from '../clients/useColleagues.ts'
import { ActDialog } from '../components/ActDialog.tsx'
import { CopyButton } from '../components/CopyButton.tsx'
import { Time } from '../components/Time.tsx'
import { toast } from '../components/toast.ts'
import { useMe } from '../shell/useMe.ts'
import classes from './Consents.module.css'
import { signInsQuery } from './queries.ts'

type SignIn = Schema['SignIn']
type Asked = Schema['HandOver']

/** Asks a colleague, or oneself, to take over the clients of a sign-in by signing in. */
export function HandOverDialog(props: { signIn: SignIn; whose: string; onClose: () => void }) {
  const { signIn, whose, onClose } = props
  const { software, clients, id } = signIn
  const colleagues = useColleagues()
  const me = useMe().user?.id
  const [to, setTo] = useState<string | null>(null)
  const isMe = to !== null && to === me
  const name = firstName(colleagues.get(to ?? ''))
  const ask = async () => {
    const call = { params: { path: { id } }, body: { to: to ?? '' } }
    const { url } = await bodyOf(api.POST('/api/v1/sign-ins/{id}/hand-over', call))
    if (isMe) return location.assign(url)
    await queries.invalidateQueries({ queryKey: signInsQuery.queryKey })
    toast(`${name} is asked, by mail and under the bell.`)
  }
  return (
    <ActDialog
      title={`Hand over ${whose}’s ${software} sign-in`}
      label={isMe ? `Sign in to ${software}` : name ? `Ask ${name} to sign in` : 'Ask to sign in'}
      isReady={to !== null}
      act={ask}
      onClose={onClose}
    >
      {(errorAt) => (
        <Stack gap="md">
          <Text size="sm">
            {clients.length === 1 ? '1 client is' : `${clients.length} clients are`} read through it. Each is switched
            once the new sign-in has read it; until then nothing changes.
          </Text>
          <Select
            label="To"
            placeholder="Choose a colleague"
            required
            searchable
            allowDeselect
            data={[...colleagues].map(([value, label]) => ({ value, label: value === me ? `${label} (you)` : label }))}
            value={to}
            onChange={setTo}
            error={errorAt('to')}
          />
        </Stack>
      )}
    </ActDialog>
  )
}

/** The hand-overs of the last days: those that wait for somebody's sign-in, and what came of the others. */
export const HandOvers = ({ asked, signIns }: { asked: Asked[]; signIns: SignIn[] }) =>
  asked.map((one) =>
    one.doneAt === null ? (
      <Waiting key={one.id} asked={one} count={signIns.find(({ id }) => id === one.signInId)?.clients.length ?? 0} />
    ) : (
      <Results key={one.id} asked={one} />
    ),
  )

function Waiting({ asked, count }: { asked: Asked; count: number }) {
  const { software, to, url, askedAt } = asked
  if (count === 0) return null
  const clients = `${count} ${software} ${count === 1 ? 'client' : 'clients'}`
  return (
    <Alert className={classes.notice} title={url ? `You are asked to take over ${clients}` : undefined}>
      {url ? (
        <Button component="a" href={url}>
          Sign in to {software}
        </Button>
      ) : (
        <Group gap="sm" justify="space-between">
          <span>
            {to.name ?? 'A colleague'} is asked to take over {clients}, since <Time at={askedAt} as="since" />.
          </span>
          <CopyButton text={location.href} label="Copy link for them" />
        </Group>
      )}
    </Alert>
  )
}

function Results({ asked: { to, software, results } }: { asked: Asked }) {
  if (results.length === 0) return null
  const name = firstName(to.name) ?? 'The colleague'
  const moved = results.filter(({ outcome }) => outcome === 'moved').length
  const left = results.length - moved
  const request = (client: string) =>
    `Please add ${to.name ?? 'our colleague'} as a user of ${client} in ${software}, so that we can go on reading your books.`
  return (
    <section aria-label={`Handed over to ${name}`} className={classes.results}>
      <Text size="sm" fw={600} role="status">
        {moved} of {results.length} moved to {name}.
        {left > 0 &&
          ` ${left} ${left === 1 ? 'stays' : 'stay'} where ${left === 1 ? 'it is' : 'they are'} until you sort ${left === 1 ? 'it' : 'them'} out.`}
      </Text>
      <ul className={classes.accounts}>
        {results.map(({ onboardingId, name: client, outcome }) => (
          <li key={onboardingId}>
            <Anchor size="sm" renderRoot={(props) => <Link to={`/clients/${onboardingId}` as string} {...props} />}>
              {client}
            </Anchor>
            <span className={classes.second}>
              {outcome === 'moved' && 'Moved'}
              {outcome === 'renamed' && 'Now under another name: check'}
              {outcome === 'unanswered' && `${software} didn’t answer. Hand it over again later.`}
              {outcome === 'unreached' &&
                `${name}’s sign-in can’t reach it. Ask ${client} to add ${name} in ${software}.`}
            </span>
            {outcome === 'unreached' && <CopyButton text={request(client)} label="Copy the request" />}
          </li>
        ))}
      </ul>
    </section>
  )
}
