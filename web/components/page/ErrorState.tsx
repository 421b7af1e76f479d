import { Button } from '@mantine/core'
import { asProblem } from '../../api/problem.ts'
import { problemSentence } from '../../words/problems.ts'
import { EmptyState } from './EmptyState.tsx'

/** Shows that loading failed, with the reason in words and a button to retry. `error` is the thrown value. */
export function ErrorState({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => unknown }) {
  const problem = asProblem(error)
  const { trace } = problem
  const sentence = problemSentence(problem)
  const retry = (
    <Button variant="default" onClick={() => void onRetry()}>
      Try again
    </Button>
  )
  return (
    <div role="alert">
      <EmptyState title={title} action={retry}>
        Nothing is lost. {sentence} {trace && !sentence.includes(trace) && `Reference ${trace}.`}
      </EmptyState>
    </div>
  )
}
