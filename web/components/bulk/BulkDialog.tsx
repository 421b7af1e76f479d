import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { problemSentence } from '../../words/problems.ts'
import { Refusal } from '../Refusal.tsx'
import { BulkResults } from './BulkResults.tsx'
import { type BulkWords, previewSentence, type Result } from './bulk.ts'

export type BulkDialogProps = {
  words: BulkWords
  /** The title of a question about so many: `Resend 3 clients?`. */
  ask: (whom: string) => string
  /** The ids acted on; null if only the preview knows them. */
  ids: readonly string[] | null
  names: ReadonlyMap<string, string>
  /** The values on which the preview depends. It waits while `isOpen`, because something is to be chosen first. */
  previewOf: readonly unknown[]
  preview: () => Promise<{ results: Result[] }>
  isOpen?: boolean
  isReady?: boolean
  isDanger?: boolean
  run: (ids: string[], attempt: string, onProgress: (through: number) => void) => Promise<Result[]>
  undo?: (ids: string[]) => Promise<Result[]>
  onClose: (wasDone: boolean) => void
  /** The fields of the action. */
  children?: ReactNode
}

/** Previews an action on many, carries it out and shows each result. */
export function BulkDialog(props: BulkDialogProps) {
  const { words, ask, ids, names, isOpen = false, isReady = true, isDanger = false, onClose, children } = props
  const [through, setThrough] = useState<number | null>(null)
  const [results, setResults] = useState<Result[] | null>(null)
  const [refusal, setRefusal] = useState<unknown>(null)
  const attempt = useRef(crypto.randomUUID())
  const preview = useQuery({
    queryKey: ['bulk', ...props.previewOf],
    queryFn: props.preview,
    enabled: results === null && !isOpen,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  })
  const { one, many } = words.noun
  const only = ids?.length === 1 ? names.get(ids[0] ?? '') : undefined
  const count = preview.data?.results.length ?? ids?.length ?? null
  const whom = only ?? (count === null ? many : `${count} ${count === 1 ? one : many}`)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setRefusal(null)
    setThrough(0)
    try {
      setResults(await props.run(preview.data?.results.map(({ id }) => id) ?? [], attempt.current, setThrough))
    } catch (error) {
      setRefusal(error)
    } finally {
      setThrough(null)
    }
  }
  return (
    <Modal
      opened
      centered
      onClose={() => through === null && onClose(results !== null)}
      title={results ? 'Results' : ask(whom)}
    >
      {results ? (
        <BulkResults words={words} results={results} names={names} undo={props.undo} onClose={() => onClose(true)} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="lg">
            <Text size="sm">{words.what}</Text>
            {children}
            <Text size="sm" fw={600} role="status">
              {through !== null
                ? `${through} of ${count} done`
                : preview.data
                  ? previewSentence(words, preview.data.results)
                  : preview.error
                    ? problemSentence(preview.error)
                    : 'Checking what can be done'}
            </Text>
            <Refusal error={refusal} />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={() => onClose(false)} disabled={through !== null}>
                Keep as it is
              </Button>
              <Button
                type="submit"
                color={isDanger ? 'danger' : 'accent'}
                loading={through !== null}
                disabled={!isReady || (preview.data?.results ?? []).every(({ done }) => !done)}
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
