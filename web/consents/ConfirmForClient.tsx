import { queries } from '../api/queries.ts'
import '@mantine/core/styles/Radio.css'
import { Checkbox, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { AgreedBy } from '../../domain/connections/renewal.ts'
import { zonedDate } from '../../domain/fields/days.ts'
import { api, bodyOf, type Schema } from '../api/client.ts'
import { ActDialog } from '../components/ActDialog.tsx'
import { toast } from '../components/toast.ts'
import { useZone } from '../shell/useMe.ts'
import { dateOf } from '../words/times.ts'
import { accountsOf } from './consentWords.ts'

const WAYS: { value: AgreedBy; label: string }[] = [
  { value: 'phone', label: 'Phone' },
  { value: 'meeting', label: 'Meeting' },
  { value: 'email', label: 'Email' },
  { value: 'letter', label: 'Letter' },
]
const LONGEST_NOTE = 500

/** Confirms a bank for a client who agreed, with how and when. The API checks it; its messages stand at the fields. */
export function ConfirmForClient(props: { consent: Schema['Consent']; until: string; onClose: () => void }) {
  const { consent, until, onClose } = props
  const { id, bank, accounts, contact } = consent
  const who = contact ?? 'the client'
  const zone = useZone()
  const now = Date.now()
  const today = zonedDate(now, zone).date
  const [how, setHow] = useState<AgreedBy | null>(null)
  const [agreedOn, setAgreedOn] = useState(today)
  const [note, setNote] = useState('')
  const [agreed, setAgreed] = useState(false)
  const act = async () => {
    // Empty fields are sent as they are: the API's refusal names them.
    const body = { how: how as AgreedBy, agreedOn, note: note.trim() || null, agreed: agreed as true }
    await bodyOf(api.POST('/api/v1/connections/{id}/confirm-for-client', { params: { path: { id } }, body }))
    toast(`Confirmed ${bank ?? 'the bank'} for ${who}, who gets a message about it.`)
    await queries.invalidateQueries({ queryKey: ['consents'] })
  }
  return (
    <ActDialog title={`Confirm for ${who}?`} label={`Confirm for ${who}`} act={act} onClose={onClose}>
      {(errorAt) => (
        <Stack gap="md">
          <Text size="sm">
            {bank ?? 'Bank'}, {accountsOf(accounts)}, until {dateOf(Date.parse(until), now, zone)}.
          </Text>
          <Radio.Group
            label={`How did ${who} agree?`}
            required
            value={how}
            onChange={(chosen) => setHow(chosen as AgreedBy)}
            error={errorAt('how') && `Say how ${who} agreed.`}
          >
            <Group gap="md" mt="xs">
              {WAYS.map(({ value, label }) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Group>
          </Radio.Group>
          <TextInput
            type="date"
            label="When"
            required
            max={today}
            value={agreedOn}
            onChange={(event) => setAgreedOn(event.currentTarget.value)}
            error={errorAt('agreedOn')}
          />
          <Textarea
            label="Note"
            maxLength={LONGEST_NOTE}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            error={errorAt('note')}
          />
          <Checkbox
            label={`${who[0]?.toUpperCase()}${who.slice(1)} agreed that we keep seeing these accounts.`}
            checked={agreed}
            onChange={(event) => setAgreed(event.currentTarget.checked)}
            error={errorAt('agreed') && `Tick that ${who} agreed.`}
          />
        </Stack>
      )}
    </ActDialog>
  )
}
