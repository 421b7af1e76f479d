import { MoveChip } from '../components/States.tsx'
import { useNow } from '../components/useNow.ts'
import { useZone } from '../shell/useMe.ts'
import { HEALTHS } from '../words/states.ts'
import classes from './ClientTable.module.css'
import { type Row, sentenceOf } from './rowWords.ts'

/** Whose move it is, how well it stands, and what is waited for; `wraps`: over two lines, or as many as it takes. */
export function Sentence({ row, wraps }: { row: Row; wraps?: 'twice' | 'whole' }) {
  const zone = useZone()
  const now = useNow()
  const { move, health } = row.situation
  const Icon = health && HEALTHS[health].icon
  const sentence = sentenceOf(row, now, zone)
  return (
    <span className={classes.sentence} data-wraps={wraps}>
      <MoveChip move={move} />
      {Icon && (
        <Icon
          size={16}
          stroke={1.75}
          className={classes.health}
          data-tone={health}
          role="img"
          aria-label={HEALTHS[health].label}
        />
      )}
      <span className={classes.cut} title={sentence}>
        {sentence}
      </span>
    </span>
  )
}
