import { Glyph } from '../../components/plain/Glyph.tsx'
import { MoveChip } from '../../components/plain/States.tsx'
import { HEALTHS } from '../../words/states.ts'
import classes from '../list/ClientTable.module.css'
import { type Row, rowSentence } from './rowWords.ts'

/** Shows the move, health and sentence of a situation. `isWhole` wraps the sentence instead of cutting it. */
export function Sentence({ row, now, zone, isWhole }: { row: Row; now: number; zone: string; isWhole?: boolean }) {
  return <OpenThing {...row.situation} sentence={rowSentence(row, now, zone)} isWhole={isWhole} />
}

/** Shows the same for one open thing. */
export function OpenThing(
  props: Pick<Row['situation'], 'move' | 'health' | 'sentence'> & { isWhole?: boolean | undefined },
) {
  const { move, health, sentence, isWhole } = props
  return (
    <span className={classes.sentence} data-wraps={isWhole || undefined}>
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
