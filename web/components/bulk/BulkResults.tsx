import { Box, Button, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { problemSentence } from '../../words/problems.ts'
import { saveFile } from '../saveFile.ts'
import classes from './Bulk.module.css'
import { type BulkWords, doneSentence, type Result, resultsFile } from './bulk.ts'

/** Lists the result for each one. Offers Undo, if there is one, until the first of its deadlines passes. */
export function BulkResults(props: {
  words: BulkWords
  results: Result[]
  names: ReadonlyMap<string, string>
  undo?: ((ids: string[]) => Promise<Result[]>) | undefined
  onClose: () => void
}) {
  const { words, results, names, onClose } = props
  const [undone, setUndone] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const seconds = useSecondsUntil(earliestOf(results))
  const takeBack = async () => {
    setBusy(true)
    const ids = results.filter(({ undoUntil }) => undoUntil !== null).map(({ id }) => id)
    try {
      const back = (await props.undo?.(ids)) ?? []
      const failed = back.filter(({ done }) => !done).length
      setUndone(failed === 0 ? 'Undone' : `${back.length - failed} undone, ${failed} took effect before`)
    } catch (error) {
      setUndone(problemSentence(error))
    } finally {
      setBusy(false)
    }
  }
  const download = () => saveFile('results.csv', resultsFile(words, results, names), 'text/csv')
  return (
    <Stack gap="lg">
      <Text size="sm" fw={600} role="status">
        {undone ?? doneSentence(words, results)}
      </Text>
      <Box mah={320} style={{ overflowY: 'auto' }} tabIndex={0} role="region" aria-label="Results">
        <ul className={classes.results}>
          {results.map(({ id, done, detail }) => (
            <li key={id}>
              {done ? (
                <IconCircleCheck size={16} stroke={1.75} role="img" aria-label="Done" />
              ) : (
                <IconCircleX size={16} stroke={1.75} role="img" aria-label="Not done" />
              )}
              <span>
                {names.get(id) ?? `A ${words.noun.one} not shown here`}
                {detail && (
                  <Text span display="block" size="xs" c="dimmed">
                    {detail}
                  </Text>
                )}
              </span>
            </li>
          ))}
        </ul>
      </Box>
      <Group justify="flex-end" gap="sm">
        {undone === null && seconds > 0 && (
          <Button variant="default" onClick={takeBack} loading={isBusy}>
            Undo {seconds}
          </Button>
        )}
        <Button variant="default" onClick={download}>
          Download results
        </Button>
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  )
}

/** Returns the instant (ms) until which every result can be undone; 0 if none can. */
function earliestOf(results: Result[]): number {
  const ends = results.flatMap(({ undoUntil }) => (undoUntil === null ? [] : [Date.parse(undoUntil)]))
  return ends.length > 0 ? Math.min(...ends) : 0
}

function useSecondsUntil(end: number): number {
  const [now, setNow] = useState(Date.now())
  const left = Math.max(0, Math.ceil((end - now) / 1000))
  useEffect(() => {
    if (left === 0) return
    const timer = setTimeout(() => setNow(Date.now()), 500)
    return () => clearTimeout(timer)
  })
  return left
}
