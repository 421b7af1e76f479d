import { Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { MOST_BANKS } from '../../../domain/connections/severalBanks.ts'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { copyText } from '../../components/copyText.tsx'
import { toast } from '../../components/toast.ts'
import { useMe } from '../../shell/useMe.ts'
import { VerbDialog } from './VerbDialog.tsx'
import { firstWithin, phoneOf } from './words.ts'

type Way = 'email' | 'sms' | 'copy'

/** Asks a client for another bank: by email or text, or with a link to pass on. Support never receives the link. */
export function AddBankDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const { role } = useMe()
  const { email, phone } = client.invitation ?? client.organisation.contact ?? { email: null, phone: null }
  const ways: { way: Way; label: string }[] = [
    ...(email ? [{ way: 'email' as const, label: `By email, to ${email}` }] : []),
    ...(phone ? [{ way: 'sms' as const, label: `By text, to ${phoneOf(phone)}` }] : []),
    ...(role === 'support' ? [] : [{ way: 'copy' as const, label: 'With a link that you pass on' }]),
  ]
  const [way, setWay] = useState<Way | null>(ways[0]?.way ?? null)
  const first = firstWithin(client)
  const isFull = client.banks.length >= MOST_BANKS
  const act = async () => {
    const send = way === 'copy' ? null : way
    const params = { path: { id: client.id } }
    const body = { send, for: 'another_bank' as const }
    const { url } = await bodyOf(api.POST('/api/v1/onboardings/{id}/links', { params, body }))
    if (way === 'copy') await copyText(url ?? '', 'Link to add a bank copied')
    else toast(`Asked ${first} for another bank`)
  }
  return (
    <VerbDialog
      title="Add another bank"
      says={
        isFull
          ? `${MOST_BANKS} banks at most. Disconnect one first.`
          : `Only ${first} can share a bank. What is shared already stays as it is.${already(client.banks)}`
      }
      way={way === 'copy' ? 'Copy the link' : `Ask ${first}`}
      back="Not now"
      isReady={way !== null}
      isBlocked={isFull}
      act={act}
      onClose={onClose}
    >
      {!isFull && (
        <Radio.Group label={`Ask ${first}`} value={way} onChange={(value) => setWay(value as Way)}>
          <Stack gap="sm" mt="xs">
            {ways.map((one) => (
              <Radio key={one.way} value={one.way} label={one.label} />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </VerbDialog>
  )
}

/** Returns ` Connected already: Northgate and Juniper.`, so that nobody asks for the same bank again; empty without one. */
const already = (banks: readonly string[]): string =>
  banks.length === 0
    ? ''
    : ` Connected already: ${NAMES.format(new Set(banks))}. Add one again only for another sign-in.`

const NAMES = new Intl.ListFormat('en-GB', { type: 'conjunction' })
