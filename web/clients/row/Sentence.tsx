import { Glyph } from '../../components/plain/Glyph.tsx'
import { MoveChip } from '../../components/plain/States.tsx'
import { HEALTHS } from '../../words/states.ts'
import classes from '../list/ClientTable.module.css'
import { type Row, sentenceOf } from './rowWords.ts'

/** Shows whose turn it is, how well it stands, and what is waited for; `isWhole`: over as many lines as it takes. */
export function Sentence({ row, now, zone, isWhole }: { row: Row; now: number; zone: string; isWhole?: boolean }) {
  return <OpenThing {...row.situation} sentence={sentenceOf(row, now, zone)} isWhole={isWhole} />
}

/** The same of one open thing. */
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
