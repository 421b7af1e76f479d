import { withoutRight } from '../../../domain/practice/rightWords.ts'
import { type Right, useHelpers } from '../../shell/useMe.ts'
import { EmptyState } from './EmptyState.tsx'
import { PageTitle } from './PageTitle.tsx'

/** The page for a member without the right; names the missing right and who can give it. */
export function NoRight({ title, right }: { title: string; right: Right }) {
  const names = useHelpers(right)
  return (
    <>
      <PageTitle title={title} />
      <EmptyState title="This isn’t yours to change">{withoutRight(right, names)}</EmptyState>
    </>
  )
}
