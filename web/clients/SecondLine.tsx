import { Fragment } from 'react'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/useNow.ts'
import { piecesOf, type Row } from './rowWords.ts'

/** Since when, and what happens next and when; of it all, at most so many pieces. */
export function SecondLine({ row, most }: { row: Row; most?: number }) {
  const now = useNow()
  return piecesOf(row, now)
    .slice(0, most)
    .map(({ words, at, as }, n) => (
      <Fragment key={words}>
        {n > 0 && ' · '}
        {words}
        {at && (
          <>
            {' '}
            <Time at={at} as={as} />
          </>
        )}
      </Fragment>
    ))
}
