import { Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useContext } from 'react'
import classes from './Conversion.module.css'
import { type Days, horizonOf, percent, SPAN_WORDS, TOO_FEW, type Week } from './conversionWords.ts'
import { cohortName } from './dates.ts'
import { Shown } from './Figure.tsx'

const NARROWEST = 240
const HEIGHT = 220
const LEFT = 40
const BOTTOM = 28
const TOP = 12
/** Half of the width of the widest week label in px, which keeps the last label inside the chart. */
const HALF_NAME = 24

/**
 * Draws a dot per week or month, joined by a line, with the likely range as a bar. Those still being counted are hollow and
 * dashed and show the figures so far; those with too few clients are not drawn. The table has the same figures.
 */
export function ConversionChart({ weeks, days }: { weeks: Week[]; days: Days }) {
  const { by } = useContext(Shown)
  const { ref, width } = useElementSize<HTMLDivElement & HTMLParagraphElement>()
  const wide = Math.max(NARROWEST, width)
  const x = (index: number) => LEFT + ((index + 0.5) * (wide - LEFT)) / weeks.length
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
  const points = weeks.flatMap((week, index) => {
    const horizon = horizonOf(week, days)
    if (!horizon || Math.min(week.n, horizon.eligible) < TOO_FEW) return []
    const share = horizon.rate ?? horizon.converted / horizon.eligible
    return [{ week, horizon, x: x(index), y: y(share) }]
  })
  if (points.length === 0) {
    return (
      <Text size="sm" c="dimmed" ref={ref}>
        Not enough clients yet. The chart starts with a {by} of five.
      </Text>
    )
  }
  const line = (some: typeof points) => some.map((point) => `${point.x},${point.y}`).join(' ')
  const mature = points.filter(({ horizon }) => horizon.mature)
  const young = points.filter(({ horizon }) => !horizon.mature)
  const every = Math.max(1, Math.ceil(weeks.length / (wide / 110)))
  const best = mature.at(-1)
  const summary = best
    ? `${SPAN_WORDS[by].title} within ${days} days; last ${by} fully counted, ${cohortName(best.week.week, by)}: ${percent(best.horizon.rate ?? 0)}.`
    : `${SPAN_WORDS[by].title} within ${days} days; no ${by} is fully counted yet.`
  return (
    <div ref={ref}>
      <svg width={wide} height={HEIGHT} className={classes.chart} role="img" aria-label={summary}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line x1={LEFT} x2={wide} y1={y(share)} y2={y(share)} className={classes.grid} />
            <text x={LEFT - 8} y={y(share) + 4} textAnchor="end" className={classes.tick}>
              {Math.round(share * 100)}
            </text>
          </g>
        ))}
        {weeks.map(
          (week, index) =>
            index % every === 0 && (
              <text
                key={week.week}
                x={Math.min(x(index), wide - HALF_NAME)}
                y={HEIGHT - 6}
                textAnchor="middle"
                className={classes.tick}
              >
                {cohortName(week.week, by).replace(/ \d{4}$/, '')}
              </text>
            ),
        )}
        <polyline points={line(mature)} className={classes.line} />
        <polyline points={line([...mature.slice(-1), ...young])} className={classes.line} data-young />
        {points.map(({ week, horizon, x, y: middle }) => (
          <g key={week.week}>
            {horizon.interval && (
              <line
                x1={x}
                x2={x}
                y1={y(horizon.interval.low)}
                y2={y(horizon.interval.high)}
                className={classes.interval}
              />
            )}
            <circle cx={x} cy={middle} r={4} className={classes.dot} data-young={!horizon.mature || undefined} />
          </g>
        ))}
      </svg>
    </div>
  )
}
