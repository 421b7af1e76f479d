import { useMe } from '../../shell/useMe.ts'
import {
  type DeliveryOf,
  MOVES,
  type Move,
  STAGES,
  type Stage as StageName,
  type Step,
  shownDelivery,
  shownStep,
} from '../../words/states.ts'
import { Glyph } from './Glyph.tsx'
import { Hidden } from './Hidden.tsx'
import classes from './MoveChip.module.css'
import { Shown } from './Shown.tsx'

/** Shows whose move it is, if anyone's. Support sees "Practice" instead of "Us". `isSmall` fits within a line. */
export function MoveChip({ move, isSmall }: { move: Move | null; isSmall?: boolean }) {
  const { role } = useMe()
  if (!move) return null
  const { label, icon, tone } = MOVES[move]
  const colours = { color: `var(--mantine-color-${tone}-text)`, background: `var(--mantine-color-${tone}-light)` }
  return (
    <span className={classes.chip} style={colours} data-tone={tone} data-small={isSmall || undefined}>
      <Glyph icon={icon} size={isSmall ? 12 : 14} />
      {role === 'support' && move === 'practice' ? 'Practice' : label}
    </span>
  )
}

/** Shows the stage of an onboarding. */
export const Stage = ({ stage }: { stage: StageName }) => <Shown state={STAGES[stage]} />

/** Shows the state of a step. `iconOnly` moves the word to the tooltip and screen readers. */
export function StepState(props: {
  step: Pick<Step, 'kind' | 'progress'> | null
  ledger?: string | null
  unmatched?: number
  iconOnly?: boolean
}) {
  const { step, ledger, unmatched, iconOnly } = props
  if (!step) return <None />
  const about = { bank: 'Bank', books: 'Books', mapping: 'Match' }[step.kind]
  return <Shown state={shownStep(step, { ledger, unmatched })} about={about} iconOnly={iconOnly} />
}

/** Shows the delivery of an invitation: the channel that needs staff, else the furthest, and how many others. */
export function Delivery({ delivery, iconOnly }: { delivery: DeliveryOf[]; iconOnly?: boolean }) {
  const [first = null, ...rest] = delivery
  const more = rest.length > 0 ? `+${rest.length}` : undefined
  return <Shown state={shownDelivery(first)} about="Invitation" iconOnly={iconOnly} more={more} />
}

/** Shows a dash for a missing value. */
export const None = () => (
  <>
    <span aria-hidden="true">–</span>
    <Hidden>none</Hidden>
  </>
)
