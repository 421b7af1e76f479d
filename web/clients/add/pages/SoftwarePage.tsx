import '@mantine/core/styles/Radio.css'
import '@mantine/core/styles/RadioCard.css'
import '@mantine/core/styles/RadioIndicator.css'
import { Alert, Button, Group, Radio, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { LEDGERS, SOFTWARE, softwareLabel } from '../../../../domain/ledgers.ts'
import { api, bodyOf } from '../../../api/client.ts'
import { asProblem, type Problem } from '../../../api/problem.ts'
import { Time } from '../../../components/Time.tsx'
import { useMe } from '../../../shell/useMe.ts'
import { problemSentence } from '../../../words/problems.ts'
import { type Form, idOf } from '../form.ts'
import { draftQuery } from '../queries.ts'
import classes from '../Wizard.module.css'

/** The wizard page for the accounting software: connects it now where possible, else notes its name. */
export function SoftwarePage({ form, flush }: { form: Form; flush: () => Promise<number | null> }) {
  const { draft, typed, set, errorAt } = form
  const { id, ledger } = draft
  const connectable = useMe().ledgers.filter(({ duringSetup }) => duringSetup)
  /** The software that cannot be connected during setup, only noted. */
  const noted = SOFTWARE.filter((software) => !connectable.some((one) => one.id === software))
  const queries = useQueryClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  const attempt = async (what: string, act: () => Promise<void>) => {
    if (busy) return
    setBusy(what)
    setProblem(null)
    try {
      await act()
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setBusy(null)
    }
  }
  const connect = (provider: string) =>
    attempt(provider, async () => {
      if ((await flush()) === null) return
      const params = { path: { id } }
      const { url } = await bodyOf(api.POST('/api/v1/drafts/{id}/connections', { params, body: { provider } }))
      location.assign(url)
    })
  const disconnect = () =>
    attempt('disconnect', async () => {
      await api.DELETE('/api/v1/drafts/{id}/connection', { params: { path: { id } } })
      // A name taken from the ledger is removed with its connection.
      if (typed.name === ledger?.organisation) set({ name: '' })
      await queries.invalidateQueries({ queryKey: draftQuery(id).queryKey })
    })
  return (
    <Stack gap="lg">
      {(problem || errorAt('draft')) && (
        <Alert color="danger" variant="light" role="alert">
          {problem ? problemSentence(problem) : errorAt('draft')}
        </Alert>
      )}
      {form.noticesAt('draft').map(({ code, message }) => (
        <Alert key={code} color="warn" variant="light" role="status">
          {message}
        </Alert>
      ))}
      <ul className={classes.tiles} id={idOf('draft')}>
        {connectable.map(({ id: provider, name: label }) => (
          <li key={provider} className={classes.tile}>
            <strong>{label}</strong>
            {ledger?.provider === provider ? (
              <>
                <p className={classes.good}>
                  <IconCircleCheck size={16} stroke={1.75} aria-hidden="true" />
                  <span>
                    {ledger.organisation} · {ledger.accounts} bank {ledger.accounts === 1 ? 'account' : 'accounts'} ·
                    connected <Time at={ledger.connectedAt} />
                  </span>
                </p>
                <Group gap="sm">
                  <Button variant="default" loading={busy === provider} onClick={() => connect(provider)}>
                    Connect another
                  </Button>
                  <Button variant="default" loading={busy === 'disconnect'} onClick={disconnect}>
                    Disconnect
                  </Button>
                </Group>
              </>
            ) : (
              <>
                <Text size="sm" c="dimmed">
                  Sign in to {label} and choose {typed.name.trim() || 'your new client'}’s organisation.
                </Text>
                <Button
                  variant="default"
                  w="fit-content"
                  loading={busy === provider}
                  onClick={() => connect(provider)}
                  aria-label={`Connect ${label}`}
                >
                  Connect
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
      {!ledger && (
        <Radio.Group
          id={idOf('organisation.software')}
          label="Or note what this client uses"
          value={typed.software}
          onChange={(software) => set({ software })}
          error={errorAt('organisation.software')}
        >
          <div className={classes.cards}>
            {noted.map((software) => (
              <Radio.Card key={software} value={software} className={classes.card}>
                <Radio.Indicator />
                <span>
                  {softwareLabel(software)}
                  {LEDGERS.some((one) => one.id === software) && (
                    <span className={classes.about}>Not yet: you note it here</span>
                  )}
                </span>
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
      )}
    </Stack>
  )
}
