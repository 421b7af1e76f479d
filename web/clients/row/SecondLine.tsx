import { Fragment } from 'react'
import { TimeAt } from '../../components/Time.tsx'
import { piecesOf, type Row } from './rowWords.ts'

/** Since when, and what happens next and when; of it all, at most so many pieces. */
export function SecondLine(props: { row: Row; now: number; zone: string; isInTabOrder: boolean; most?: number }) {
  const { row, most, ...told } = props
  return piecesOf(row, told.now)
    .slice(0, most)
    .map(({ words, at, as }, n) => (
      <Fragment key={words}>
        {n > 0 && ' · '}
        {words}
        {at && (
          <>
            {' '}
            <TimeAt at={at} as={as} {...told} />
          </>
        )}
      </Fragment>
    ))
}
