import { Button, Drawer, Group, Pill, Popover, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconFilter, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { SOFTWARE, softwareLabel } from '../../../domain/connections/ledgers.ts'
import { MultiSelect, Select } from '../../components/Select.tsx'
import { practiceQuery } from '../../settings/queries.ts'
import { teamsQuery } from '../../team/queries.ts'
import { solutionOf } from '../../words/solutions.ts'
import { MOVES, type Move, STAGES, type Stage } from '../../words/states.ts'
import { banksQuery, sortOf } from '../listQuery.ts'
import { FILTERS, type Filter, filtersIn, type ListSearch, MORE_FILTERS, NO_FILTERS, SORTS } from '../listSearch.ts'
import classes from './Filters.module.css'
import { useAskSoon } from './useAskSoon.ts'

const SHORTEST = 2
/** The most values of one filter that the API takes. */
const MOST_VALUES = 40

const SORT_NAMES: Record<(typeof SORTS)[number], string> = {
  waiting: 'Waiting longest',
  newest: 'Newest first',
  updated: 'Changed last',
}

/** The words of each filter: its name, and the label of a value. Pills of those behind `More` say the name as well. */
const WORDS_OF_FILTER: Record<Filter, { name: string; of: (value: string, names: Names) => string }> = {
  stage: { name: 'Stage', of: (value) => STAGES[value as Stage].label },
  move: { name: 'Waiting for', of: (value) => MOVES[value as Move].label },
  manager: { name: 'Manager', of: (value, { managers }) => managers.get(value) ?? 'Former colleague' },
  solution: { name: 'Solution', of: solutionOf },
  software: { name: 'Software', of: softwareLabel },
  bank: { name: 'Bank', of: (value) => value },
  team: { name: 'Team', of: (value, { teams }) => teams?.get(value) ?? 'Deleted team' },
}

/** The names of people and teams by id. */
type Names = { managers: ReadonlyMap<string, string>; teams?: ReadonlyMap<string, string> | undefined }

type Props = {
  search: ListSearch
  managers: ReadonlyMap<string, string>
  isPhone: boolean
  onChange: (changes: Partial<ListSearch>) => void
}

/** The search field, filters and order of the list. Their values are kept in the address. */
export function Filters(props: Props) {
  const { search, isPhone, onChange } = props
  const active = filtersIn(search)
  return (
    <search>
      <Group gap="sm" mb={active > 0 ? 'sm' : 'lg'}>
        <Words q={search.q ?? ''} onChange={onChange} />
        {isPhone ? <ChoicesBelow {...props} active={active} /> : <Choices {...props} />}
      </Group>
      {active > 0 && <Pills {...props} />}
    </search>
  )
}

/** The search field. A component of its own, so that typing renders nothing else. */
function Words({ q, onChange }: { q: string; onChange: Props['onChange'] }) {
  const [typed, setTyped] = useState(q)
  const asked = useRef<string[]>([])
  // Ignores an address that this field asked for itself: by the time it arrives, more may have been typed.
  useEffect(() => {
    const at = asked.current.indexOf(q)
    asked.current = at < 0 ? [] : asked.current.slice(at + 1)
    if (at < 0) setTyped(q)
  }, [q])
  const ask = useAskSoon((text) => {
    const words = text.trim()
    if ([...words].length < SHORTEST && words !== '') return
    if (words === (asked.current.at(-1) ?? q)) return
    asked.current.push(words)
    onChange({ q: words || undefined })
  })
  return (
    <TextInput
      type="search"
      className={classes.words}
      aria-label="Name, email, phone, reference or code"
      placeholder="Name, email, phone, code"
      leftSection={<IconSearch size={16} stroke={1.75} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        ask(event.currentTarget.value)
      }}
    />
  )
}

/** The filters on a phone, in a drawer at the bottom. */
function ChoicesBelow({ active, ...props }: Props & { active: number }) {
  const [isOpen, drawer] = useDisclosure(false)
  return (
    <>
      <Button variant="default" leftSection={<IconFilter size={16} stroke={1.75} />} onClick={drawer.open}>
        {active > 0 ? `Filters ${active}` : 'Filters'}
      </Button>
      <Drawer opened={isOpen} onClose={drawer.close} position="bottom" title="Filters">
        <Stack gap="lg">
          <Choices {...props} />
          <Button onClick={drawer.close}>Show clients</Button>
        </Stack>
      </Drawer>
    </>
  )
}

const Choices = memo(function Choices(props: Props) {
  const { search, managers, isPhone, onChange } = props
  const className = isPhone ? undefined : classes.choice
  return (
    <>
      <Choice {...props} filter="stage" values={Object.keys(STAGES)} className={className} />
      <Choice {...props} filter="move" values={Object.keys(MOVES)} className={className} />
      <Choice {...props} filter="manager" values={[...managers.keys()]} className={className} />
      {isPhone ? <MoreChoices {...props} /> : <More {...props} />}
      <Select
        className={isPhone ? undefined : classes.order}
        aria-label="Order"
        placeholder="Order"
        comboboxProps={{ shadow: 'sm' }}
        data={SORTS.map((value) => ({ value, label: SORT_NAMES[value] }))}
        value={sortOf(search)}
        onChange={(sort) => onChange({ sort: SORTS.find((one) => one === sort) })}
      />
    </>
  )
})

function Choice(
  props: Props &
    Names & { filter: Filter; values: readonly string[]; className?: string | undefined; withinPortal?: boolean },
) {
  const { filter, values, search, className, withinPortal = true, onChange } = props
  const { name, of } = WORDS_OF_FILTER[filter]
  const chosen: string[] = search[filter] ?? []
  return (
    <MultiSelect
      className={className}
      comboboxProps={{ shadow: 'sm', width: 220, position: 'bottom-start', withinPortal }}
      maxValues={MOST_VALUES}
      aria-label={name}
      placeholder={chosen.length > 0 ? `${name} ${chosen.length}` : name}
      data={values.map((value) => ({ value, label: of(value, props) }))}
      value={chosen}
      onChange={(value) => onChange({ [filter]: value })}
      classNames={{ pill: classes.hidden }}
    />
  )
}

/** The button that opens the filters that are used less. */
function More(props: Props) {
  const active = filtersIn(props.search, MORE_FILTERS)
  return (
    <Popover position="bottom-end" width={252} shadow="sm" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} stroke={1.75} />}>
          {active > 0 ? `More ${active}` : 'More'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="More filters">
        <Stack gap="sm">
          {/* A dropdown outside of this one would count as a click elsewhere, and close it. */}
          <MoreChoices {...props} withinPortal={false} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

function MoreChoices(props: Props & { withinPortal?: boolean }) {
  const { data: practice } = useQuery(practiceQuery)
  // Its field stands from the start, so that the first focus finds it.
  const solutions = practice?.solutions
  const { data: banks = [] } = useQuery(banksQuery)
  const teams = useTeams()
  return (
    <>
      {solutions?.length !== 0 && <Choice {...props} filter="solution" values={solutions ?? []} />}
      <Choice {...props} filter="software" values={SOFTWARE} />
      {banks.length > 0 && <Choice {...props} filter="bank" values={banks} />}
      {teams && teams.size > 0 && <Choice {...props} filter="team" values={[...teams.keys()]} teams={teams} />}
    </>
  )
}

/** Returns the names of the teams by id; undefined until they are read. */
function useTeams(isWanted = true): ReadonlyMap<string, string> | undefined {
  const { data } = useQuery({ ...teamsQuery, enabled: isWanted })
  return useMemo(() => data && new Map(data.map(({ id, name }) => [id, name])), [data])
}

function Pills({ search, managers, onChange }: Props) {
  const isOfTeams = (search.team?.length ?? 0) > 0
  const teams = useTeams(isOfTeams)
  // A pill waits for its name.
  const shown = isOfTeams && !teams ? FILTERS.filter((filter) => filter !== 'team') : FILTERS
  const pills = shown.flatMap((filter) => {
    const { name, of } = WORDS_OF_FILTER[filter]
    const chosen: string[] = search[filter] ?? []
    const isAmongMore = MORE_FILTERS.some((one) => one === filter)
    return chosen.map((value) => ({
      key: `${filter} ${value}`,
      label: `${isAmongMore ? `${name}: ` : ''}${of(value, { managers, teams })}`,
      onRemove: () => onChange({ [filter]: chosen.filter((other) => other !== value) }),
    }))
  })
  return (
    <Group gap="xs" mb="lg">
      {pills.map(({ key, label, onRemove }) => (
        <Pill
          key={key}
          withRemoveButton
          onRemove={onRemove}
          removeButtonProps={{ 'aria-label': `Remove ${label}`, 'aria-hidden': false, tabIndex: 0 }}
        >
          {label}
        </Pill>
      ))}
      <Button variant="subtle" size="compact-sm" onClick={() => onChange(NO_FILTERS)}>
        Clear filters
      </Button>
    </Group>
  )
}
