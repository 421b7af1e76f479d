import { Fragment } from 'react'
import { MoveChip } from '../../components/plain/States.tsx'
import { TimeAt } from '../../components/Time.tsx'
import { type Piece, withinLine } from './rowWords.ts'
import classes from './SecondLine.module.css'

/** Draws the pieces of a second line. CSS hides a piece that does not fit as a whole. */
export function SecondLine(props: {
  pieces: Piece[]
  now: number
  zone: string
  isInTabOrder: boolean
  most?: number
}) {
  const { pieces, most, ...timing } = props
  return pieces.slice(0, most).map(({ words, at, as, also }, n) => (
    <Fragment key={words}>
      {n > 0 && ' '}
      <span className={classes.piece}>
        {n > 0 && '· '}
        {also ? (
          <>
            also <MoveChip move={also.move} isSmall /> {withinLine(also.sentence)}
          </>
        ) : (
          words
        )}
        {at && (
          <>
            {' '}
            <TimeAt at={at} as={as} {...timing} />
          </>
        )}
      </span>
    </Fragment>
  ))
}
