import { Alert, Checkbox, Radio, Stack } from '@mantine/core'
import '@mantine/core/styles/Alert.css'
import '@mantine/core/styles/Radio.css'
import { useState } from 'react'
import { MOST_BANKS } from '../../../domain/connections/severalBanks.ts'
import { api, bodyOf } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { copyText } from '../../components/copyText.tsx'
import { useMe } from '../../shell/useMe.ts'
import { type Onboarding, onboardingQuery } from '../detail/queries.ts'
import { type BankChoice, BankField } from './BankField.tsx'
import { keep } from './keep.ts'
import { toastUndo } from './toastUndo.tsx'
import { firstWithin, phoneOf } from './words.ts'

type Way = 'email' | 'sms' | 'copy'

/**
 * Asks a client for another bank: by email or text, or with a link to pass on. Completion can wait for it. Support never
 * receives the link.
 */
export function AddBankDialog({ client, onClose }: { client: Onboarding; onClose: () => void }) {
  const { role } = useMe()
  const { email, phone } = client.invitation ?? client.organisation.contact ?? { email: null, phone: null }
  const ways: { way: Way; label: string }[] = [
    ...(email ? [{ way: 'email' as const, label: `By email, to ${email}` }] : []),
    ...(phone ? [{ way: 'sms' as const, label: `By text, to ${phoneOf(phone)}` }] : []),
    ...(role === 'support' ? [] : [{ way: 'copy' as const, label: 'With a link that you pass on' }]),
  ]
  const [way, setWay] = useState<Way | null>(ways[0]?.way ?? null)
  const [bank, setBank] = useState<BankChoice | null>(null)
  const [waits, setWaits] = useState(false)
  const first = firstWithin(client)
  const name = client.organisation.name
  const isFull = client.banks.length >= MOST_BANKS
  const isConnected = bank !== null && client.banks.includes(bank.name)
  const act = async () => {
    const params = { path: { id: client.id } }
    const body = {
      send: way === 'copy' ? null : way,
      for: 'another_bank' as const,
      ...(bank && { bank: bank.id }),
      waits,
    }
    const { url, ask } = await bodyOf(api.POST('/api/v1/onboardings/{id}/links', { params, body }))
    void queries.invalidateQueries({ queryKey: onboardingQuery(client.id).queryKey })
    if (way === 'copy') return copyText(url ?? '', 'Link to add a bank copied')
    const path = { id: client.id, ask: ask?.id ?? '' }
    const undo = async () =>
      keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/bank-asks/{ask}/undo', { params: { path } })))
    toastUndo(`Asked ${first} for another bank.`, undo, ask?.undoUntil)
  }
  return (
    <ActDialog
      title="Add another bank"
      says={
        isFull
          ? `${MOST_BANKS} banks at most. Disconnect one first.`
          : `Only ${first} can share a bank. What is shared already stays as it is.`
      }
      label={way === 'copy' ? 'Copy the link' : `Ask ${first}`}
      keep="Not now"
      isReady={way !== null}
      isBlocked={isFull}
      act={act}
      onClose={onClose}
    >
      {(errorAt) =>
        !isFull && (
          <>
            <BankField value={bank} onChange={setBank} error={errorAt('bank')} />
            {isConnected && (
              <Alert color="warn" variant="light" role="status">
                {bank.name} is already connected. Add it again only for another sign-in.
              </Alert>
            )}
            <Radio.Group label={`Ask ${first}`} value={way} onChange={(value) => setWay(value as Way)}>
              <Stack gap="sm" mt="xs">
                {ways.map((one) => (
                  <Radio key={one.way} value={one.way} label={one.label} />
                ))}
              </Stack>
            </Radio.Group>
            <Checkbox
              label={`Wait for it before ${name} counts as completed`}
              description={
                client.status === 'completed' && waits
                  ? `${name} is completed. It will be reopened until the bank is connected.`
                  : undefined
              }
              checked={waits}
              onChange={(event) => setWaits(event.currentTarget.checked)}
            />
          </>
        )
      }
    </ActDialog>
  )
}
