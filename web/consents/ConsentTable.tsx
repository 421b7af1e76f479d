import { Button, Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import table from '../clients/list/ClientTable.module.css'
import { OpenThing } from '../clients/row/Sentence.tsx'
import { useLongPress } from '../components/bulk/useLongPress.ts'
import { Check } from '../components/plain/Check.tsx'
import { Hidden } from '../components/plain/Hidden.tsx'
import { Shown } from '../components/plain/Shown.tsx'
import { None } from '../components/plain/States.tsx'
import { useNow } from '../components/useNow.ts'
import { useZone } from '../shell/useMe.ts'
import { ageOf, dayOf } from '../words/times.ts'
import classes from './Consents.module.css'
import type { ConsentSearch } from './consentSearch.ts'
import { accessOf, askingOf, bankOf, nameOf } from './consentWords.ts'
import type { Consent } from './queries.ts'
import type { useAskToConfirm } from './useAskToConfirm.ts'

type Props = {
  rows: Consent[]
  search: ConsentSearch
  isPhone: boolean
  active: number
  /** The row to focus. A new object each time, so that the effect runs again. */
  focus: { index: number } | null
  selected: ReadonlySet<string>
  asks: ReturnType<typeof useAskToConfirm>
  onSelect: (index: number, isRange: boolean) => void
  onSelectLoaded: () => void
  onFocus: (index: number) => void
  onOpen: (row: Consent) => void
}

/** Lists consents: a table, or cards on a phone. */
export function ConsentTable(props: Props) {
  const { rows, search, isPhone, active, focus, selected, asks, onFocus, onOpen } = props
  const [now, zone] = [useNow(), useZone()]
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const row = focus && frame.current?.querySelector<HTMLElement>(`[data-row="${focus.index}"]`)
    // A card takes no focus, its link does.
    if (row) (row.hasAttribute('tabindex') ? row : row.querySelector('a'))?.focus()
  }, [focus])
  if (isPhone) {
    return (
      <div ref={frame} className={table.frame}>
        <ul aria-label="Banks">
          {rows.map((row, index) => (
            <Card
              key={row.id}
              row={row}
              index={index}
              search={search}
              now={now}
              zone={zone}
              isSelected={selected.has(row.id)}
              isSelecting={selected.size > 0}
              onSelect={props.onSelect}
            />
          ))}
        </ul>
      </div>
    )
  }
  const isAll = rows.every(({ id }) => selected.has(id))
  return (
    <div ref={frame} className={table.frame}>
      <Table className={table.table} aria-label="Banks">
        <colgroup>
          <col style={{ width: 36 }} />
          <col style={{ width: '20%' }} />
          <col style={{ width: '16%' }} />
          <col style={{ width: 176 }} />
          <col />
          <col style={{ width: 120 }} />
          <col style={{ width: 72 }} />
        </colgroup>
        <thead className={table.head}>
          <tr>
            <th className={table.select}>
              <Check
                aria-label="Select the banks shown"
                checked={isAll}
                isMixed={selected.size > 0 && !isAll}
                onChange={props.onSelectLoaded}
              />
            </th>
            <th>Client</th>
            <th>Bank, accounts</th>
            <th>Access</th>
            <th>Situation</th>
            <th>By</th>
            <th>
              <Hidden>Ask to confirm</Hidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr
              key={row.id}
              className={`${table.row} ${classes.row}`}
              aria-selected={selected.has(row.id)}
              data-row={index}
              data-selected={selected.has(row.id) || undefined}
              data-open={row.id === search.open || undefined}
              tabIndex={index === active ? 0 : -1}
              onFocus={() => onFocus(index)}
              onClick={(event) => {
                if (!(event.target as Element).closest('a, button, input')) onOpen(row)
              }}
            >
              <td data-select className={table.select}>
                <Check
                  checked={selected.has(row.id)}
                  tabIndex={index === active ? 0 : -1}
                  aria-label={`Select ${nameOf(row)}`}
                  onChange={() => undefined}
                  onClick={(event) => props.onSelect(index, event.shiftKey)}
                />
              </td>
              <th scope="row" className={table.client}>
                <NameLink row={row} search={search} className={table.name} isInTabOrder={index === active} />
                <span className={table.second}>{row.organisation.reference ?? 'No reference yet'}</span>
              </th>
              <td title={row.bank ?? undefined}>{bankOf(row)}</td>
              <td>
                <Shown state={accessOf(row, now, zone)} about="Access" />
              </td>
              <td>
                <Situation row={row} now={now} zone={zone} />
              </td>
              <td>
                <By row={row} now={now} zone={zone} />
              </td>
              <td>
                {asks.canAsk(row) && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    tabIndex={index === active ? 0 : -1}
                    aria-label={`Ask to confirm ${row.bank ?? 'the bank'} of ${row.organisation.name}`}
                    loading={asks.asking === row.id}
                    onClick={() => asks.ask(row)}
                  >
                    Ask
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  )
}

/** A bank in the list on a phone. */
function Card(props: {
  row: Consent
  index: number
  search: ConsentSearch
  now: number
  zone: string
  isSelected: boolean
  isSelecting: boolean
  onSelect: (index: number, isRange: boolean) => void
}) {
  const { row, index, search, now, zone, isSelected, isSelecting, onSelect } = props
  const { card, onLink } = useLongPress(isSelecting, () => onSelect(index, false))
  return (
    <li className={table.card} data-row={index} data-selected={isSelected || undefined} {...card}>
      <span className={table.cardTop}>
        <NameLink row={row} search={search} className={table.cardLink} isInTabOrder onClick={onLink} />
        <By row={row} now={now} zone={zone} />
      </span>
      <Situation row={row} now={now} zone={zone} />
      <span className={table.second}>
        {bankOf(row)} · {accessOf(row, now, zone).label}
      </span>
    </li>
  )
}

function NameLink(props: {
  row: Consent
  search: ConsentSearch
  className?: string | undefined
  isInTabOrder: boolean
  onClick?: (event: { preventDefault: () => void }) => void
}) {
  const { row, search, className, isInTabOrder, onClick } = props
  const { name } = row.organisation
  return (
    <Link
      to="/consents"
      search={{ ...search, open: row.id } as never}
      resetScroll={false}
      onClick={onClick}
      className={className}
      tabIndex={isInTabOrder ? 0 : -1}
      title={name}
    >
      {name}
    </Link>
  )
}

/** Shows whose turn it is and for what, and under it since when the client is asked, and when they are asked next. */
export function Situation(props: { row: Consent; now: number; zone: string; isWhole?: boolean }) {
  const { row, now, zone, isWhole } = props
  const { move, sentence } = row.situation
  const asking = askingOf(row, now, zone)
  if (sentence === null) return asking ? <span className={table.second}>{asking}</span> : <None />
  return (
    <>
      <OpenThing move={move} sentence={sentence} health={move === 'practice' ? 'danger' : null} isWhole={isWhole} />
      {asking && <span className={`${table.second} ${classes.asking}`}>{asking}</span>}
    </>
  )
}

/** Shows by when somebody has to act; for an ended access since when it has ended. */
function By({ row, now, zone }: { row: Consent; now: number; zone: string }) {
  if (row.endsAt === null || row.situation.move === null) return <None />
  const at = Date.parse(row.endsAt)
  return (
    <time dateTime={row.endsAt} data-zone={zone} className={classes.by}>
      {at > now ? dayOf(at, now, zone) : `${ageOf(at, now) || 'just now'}${now - at >= 60_000 ? ' ago' : ''}`}
    </time>
  )
}
