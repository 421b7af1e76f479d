import { Time } from '../../../components/Time.tsx'
import { useNow } from '../../../components/useNow.ts'
import { ageOf } from '../../../words/times.ts'

/** Shows `for 27 h`; nothing under a minute. */
export function OpenFor({ since }: { since: string }) {
  const now = useNow()
  return (
    <>
      {ageOf(Date.parse(since), now) && 'for '}
      <Time at={since} as="age" />
    </>
  )
}
