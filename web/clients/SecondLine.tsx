import { Fragment } from 'react'
import { Time } from '../components/Time.tsx'
import { piecesOf, type Row } from './rowWords.ts'

/** Since when, and what happens next and when. */
export const SecondLine = ({ row }: { row: Row }) =>
  piecesOf(row).map(({ words, at, as }, n) => (
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
