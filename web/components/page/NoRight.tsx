import { withoutRight } from '../../../domain/practice/rightWords.ts'
import { type Right, useHelpers } from '../../shell/useMe.ts'
import { EmptyState } from './EmptyState.tsx'
import { PageTitle } from './PageTitle.tsx'

/** The page `title` without its right: what is missing, and who can give it. */
export function NoRight({ title, right }: { title: string; right: Right }) {
  const names = useHelpers(right)
  return (
    <>
      <PageTitle title={title} />
      <EmptyState title="This isn’t yours to change">{withoutRight(right, names)}</EmptyState>
    </>
  )
}
