import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { Select } from '../../components/Select.tsx'
import { useZone } from '../../shell/useMe.ts'
import { problemSentence } from '../../words/problems.ts'
import { daysAhead, endOf } from '../verbs/dates.ts'
import { BulkResults } from './BulkResults.tsx'
import { type BulkVerb, type Choice, previewBulk, type Result, runBulk, type Target } from './bulk.ts'
import { BULK_WORDS, previewSentence } from './bulkWords.ts'

/** Previews a bulk action on the selected clients, runs it and shows each result. */
export function BulkDialog(props: {
  verb: BulkVerb
  target: Target
  names: ReadonlyMap<string, string>
  managers: ReadonlyMap<string, string>
  onClose: (wasDone: boolean) => void
}) {
  const { verb, target, names, managers, onClose } = props
  const zone = useZone()
  const { first, proposed, last } = daysAhead(zone, 7)
  const [date, setDate] = useState(proposed)
  const [reason, setReason] = useState('')
  const [manager, setManager] = useState<string | null>(null)
  const [through, setThrough] = useState<number | null>(null)
  const [results, setResults] = useState<Result[] | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const attempt = useRef(crypto.randomUUID())
  const words = BULK_WORDS[verb]
  const choice: Choice = {
    ...(verb === 'extend' && date && { until: endOf(date, zone) }),
    ...(verb === 'cancel' && { reason: reason.trim() || 'No reason yet' }),
    ...(verb === 'assign' && { manager }),
  }
  const preview = useQuery({
    queryKey: ['bulk', verb, target, choice.until],
    queryFn: () => previewBulk(verb, target, choice),
    enabled: results === null && (verb !== 'extend' || date !== ''),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  })
  const only = 'ids' in target && target.ids.length === 1 ? names.get(target.ids[0] ?? '') : undefined
  const count = preview.data?.results.length ?? ('ids' in target ? target.ids.length : null)
  const whom = only ?? (count === null ? 'clients' : `${count} ${count === 1 ? 'client' : 'clients'}`)
  const title = results ? 'Results' : `${words.verb === 'Cancel onboarding' ? 'Cancel' : words.verb} ${whom}?`
  const isReady = (preview.data?.done ?? 0) > 0 && (verb !== 'cancel' || reason.trim() !== '')

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const ids = preview.data?.results.map(({ id }) => id) ?? []
    setRefusal(null)
    setThrough(0)
    try {
      setResults(await runBulk(verb, ids, choice, attempt.current, setThrough))
    } catch (error) {
      setRefusal(problemSentence(asProblem(error)))
    } finally {
      setThrough(null)
    }
  }

  return (
    <Modal
      opened
      centered
      onClose={() => through === null && onClose(results !== null)}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {results ? (
        <BulkResults verb={verb} results={results} names={names} onClose={() => onClose(true)} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="lg">
            <Text size="sm">{words.what}</Text>
            {verb === 'extend' && (
              <TextInput
                type="date"
                label="Extend until"
                required
                min={first}
                max={last}
                value={date}
                onChange={(event) => setDate(event.currentTarget.value)}
              />
            )}
            {verb === 'assign' && (
              <Select
                label="Account manager"
                data={[...managers].map(([value, label]) => ({ value, label }))}
                value={manager}
                onChange={setManager}
                placeholder="Nobody"
                clearable
              />
            )}
            {verb === 'cancel' && (
              <Textarea
                label="Reason"
                required
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            )}
            <Text size="sm" fw={600} role="status">
              {through !== null
                ? `${through} of ${count} done`
                : preview.data
                  ? previewSentence(verb, preview.data.results)
                  : preview.error
                    ? problemSentence(asProblem(preview.error))
                    : 'Checking what can be done'}
            </Text>
            {refusal && (
              <Text size="sm" c="danger" role="alert">
                {refusal}
              </Text>
            )}
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={() => onClose(false)} disabled={through !== null}>
                Keep as it is
              </Button>
              <Button
                type="submit"
                color={verb === 'cancel' ? 'danger' : 'accent'}
                loading={through !== null}
                disabled={!isReady}
              >
                {words.verb}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
