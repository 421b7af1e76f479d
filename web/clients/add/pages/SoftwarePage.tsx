import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import { api, bodyOf } from '../../../api/client.ts'
import { queries } from '../../../api/queries.ts'
import { Time } from '../../../components/Time.tsx'
import { useMe } from '../../../shell/useMe.ts'
import { problemSentence } from '../../../words/problems.ts'
import { SoftwareTiles } from '../../software/SoftwareTiles.tsx'
import { connectableNow } from '../../software/softwareWords.ts'
import { type Form, idOf } from '../form.ts'
import { draftQuery } from '../queries.ts'
import classes from '../Wizard.module.css'

/** The wizard page for the accounting software: chooses it, and connects it now where that is possible. */
export function SoftwarePage({ form, flush }: { form: Form; flush: () => Promise<number | null> }) {
  const { draft, typed, set, errorAt } = form
  const { id, ledger } = draft
  const chosen = connectableNow(typed.software, useMe().ledgers)
  const connect = async (provider: string) => {
    if ((await flush()) === null) return
    const params = { path: { id } }
    const { url } = await bodyOf(api.POST('/api/v1/drafts/{id}/connections', { params, body: { provider } }))
    location.assign(url)
  }
  const disconnect = async () => {
    await api.DELETE('/api/v1/drafts/{id}/connection', { params: { path: { id } } })
    // A name taken from the ledger is removed with its connection.
    if (typed.name === ledger?.organisation) set({ name: '' })
    await queries.invalidateQueries({ queryKey: draftQuery(id).queryKey })
  }
  /** Connects a ledger, or disconnects the one that is connected (null). */
  const { mutate, error, isPending, variables } = useMutation({
    mutationFn: (provider: string | null) => (provider === null ? disconnect() : connect(provider)),
  })
  /** Returns the state and the act of a button; one at a time. */
  const button = (provider: string | null) => ({
    loading: isPending && variables === provider,
    onClick: () => isPending || mutate(provider),
  })
  return (
    <Stack gap="lg">
      {(error || errorAt('draft')) && (
        <Alert color="danger" variant="light" role="alert">
          {error ? problemSentence(error) : errorAt('draft')}
        </Alert>
      )}
      {form.noticesAt('draft').map(({ code, message }) => (
        <Alert key={code} color="warn" variant="light" role="status">
          {message}
        </Alert>
      ))}
      {ledger ? (
        <div id={idOf('draft')} className={classes.tile}>
          <strong>{softwareLabel(ledger.provider)}</strong>
          <p className={classes.good}>
            <IconCircleCheck size={16} stroke={1.75} aria-hidden="true" />
            <span>
              {ledger.organisation} · {ledger.accounts} bank {ledger.accounts === 1 ? 'account' : 'accounts'} ·
              connected <Time at={ledger.connectedAt} />
            </span>
          </p>
          <Group gap="sm">
            <Button variant="default" {...button(ledger.provider)}>
              Connect another
            </Button>
            <Button variant="default" {...button(null)}>
              Disconnect
            </Button>
          </Group>
        </div>
      ) : (
        <>
          <SoftwareTiles
            id={idOf('organisation.software')}
            label="Which software does this client use?"
            value={typed}
            onChange={set}
            isNew
            error={errorAt('organisation.software')}
            nameError={errorAt('organisation.softwareName')}
          />
          {chosen?.duringSetup && (
            <div id={idOf('draft')}>
              <Text size="sm" c="dimmed" mb="sm">
                Sign in to {chosen.name} and choose {typed.name.trim() || 'your new client'}’s organisation.
              </Text>
              <Button variant="default" {...button(chosen.id)}>
                Connect {chosen.name}
              </Button>
            </div>
          )}
        </>
      )}
    </Stack>
  )
}
