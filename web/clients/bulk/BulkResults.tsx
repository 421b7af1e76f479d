import { Button, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { problemSentence } from '../../words/problems.ts'
import classes from './Bulk.module.css'
import { type BulkVerb, type Result, runBulk } from './bulk.ts'
import { doneSentence, resultsFile } from './bulkWords.ts'

/** Lists the result for each client. A cancellation offers Undo until the first of its deadlines passes. */
export function BulkResults(props: {
  verb: BulkVerb
  results: Result[]
  names: ReadonlyMap<string, string>
  onClose: () => void
}) {
  const { verb, results, names, onClose } = props
  const [undone, setUndone] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const seconds = useSecondsUntil(earliestOf(results))
  const undo = async () => {
    setBusy(true)
    const ids = results.filter(({ undoUntil }) => undoUntil !== null).map(({ id }) => id)
    try {
      const back = await runBulk('undo_cancel', ids, {}, crypto.randomUUID(), () => undefined)
      const failed = back.filter(({ done }) => !done).length
      setUndone(failed === 0 ? 'Undone' : `${back.length - failed} undone, ${failed} took effect before`)
    } catch (error) {
      setUndone(problemSentence(asProblem(error)))
    } finally {
      setBusy(false)
    }
  }
  const download = () => {
    const url = URL.createObjectURL(new Blob([resultsFile(verb, results, names)], { type: 'text/csv' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'results.csv'
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Stack gap="lg">
      <Text size="sm" fw={600} role="status">
        {undone ?? doneSentence(verb, results)}
      </Text>
      <ul className={classes.results}>
        {results.map(({ id, done, detail }) => (
          <li key={id}>
            {done ? (
              <IconCircleCheck size={16} stroke={1.75} role="img" aria-label="Done" />
            ) : (
              <IconCircleX size={16} stroke={1.75} role="img" aria-label="Not done" />
            )}
            <span>
              {names.get(id) ?? 'A client not shown here'}
              {detail && <span className={classes.why}>{detail}</span>}
            </span>
          </li>
        ))}
      </ul>
      <Group justify="flex-end" gap="sm">
        {undone === null && seconds > 0 && (
          <Button variant="default" onClick={undo} loading={isBusy}>
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
