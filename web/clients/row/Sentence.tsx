import { Glyph } from '../../components/plain/Glyph.tsx'
import { MoveChip } from '../../components/plain/States.tsx'
import { HEALTHS } from '../../words/states.ts'
import classes from '../list/ClientTable.module.css'
import { type Row, sentenceOf } from './rowWords.ts'

/** Whose move it is, how well it stands, and what is waited for; `wraps`: over two lines, or as many as it takes. */
export function Sentence(props: { row: Row; now: number; zone: string; wraps?: 'twice' | 'whole' }) {
  const { row, now, zone, wraps } = props
  const { move, health } = row.situation
  const sentence = sentenceOf(row, now, zone)
  return (
    <span className={classes.sentence} data-wraps={wraps}>
      <MoveChip move={move} />
      {health && (
        <Glyph icon={HEALTHS[health].icon} className={classes.health} tone={health} label={HEALTHS[health].label} />
      )}
      <span className={classes.cut} title={sentence}>
        {sentence}
      </span>
    </span>
  )
}
