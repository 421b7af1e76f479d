import { Button } from '@mantine/core'
import { asProblem } from '../api/problem.ts'
import { sentenceOf } from '../words/problems.ts'
import { EmptyState } from './EmptyState.tsx'

/** Something could not be loaded: what, why in words, and another try. `error` is whatever was thrown. */
export function ErrorState({ title, error, onRetry }: { title: string; error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error)
  const retry = onRetry && (
    <Button variant="default" onClick={onRetry}>
      Try again
    </Button>
  )
  return (
    <div role="alert">
      <EmptyState title={title} action={retry}>
        Nothing is lost. {sentenceOf(problem)} {problem.trace && `Reference ${problem.trace}`}
      </EmptyState>
    </div>
  )
}
