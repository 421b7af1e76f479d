import { Button, Drawer, Group, Pill, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFilter, IconSearch } from '@tabler/icons-react'
import { memo, useEffect, useRef, useState } from 'react'
import { MultiSelect, Select } from '../../components/Select.tsx'
import { MOVES, type Move, STAGES, type Stage } from '../../words/states.ts'
import { type ListSearch, SORTS } from '../listSearch.ts'
import classes from './Filters.module.css'
import { useAskSoon } from './useAskSoon.ts'

const SHORTEST = 2

const SORT_NAMES: Record<(typeof SORTS)[number], string> = {
  waiting: 'Waiting longest',
  newest: 'Newest first',
  updated: 'Changed last',
}

const options = <T extends string>(states: Record<T, { label: string }>) =>
  (Object.entries(states) as [T, { label: string }][]).map(([value, { label }]) => ({ value, label }))

type Props = {
  search: ListSearch
  managers: ReadonlyMap<string, string>
  isPhone: boolean
  onChange: (changes: Partial<ListSearch>) => void
}

/** The search field, filters and order of the list. Their values are kept in the address. */
export function Filters(props: Props) {
  const { search, isPhone, onChange } = props
  const active = [search.stage, search.move, search.manager].flatMap((one) => one ?? []).length
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
      <Drawer
        opened={isOpen}
        onClose={drawer.close}
        position="bottom"
        title="Filters"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="lg">
          <Choices {...props} />
          <Button onClick={drawer.close}>Show clients</Button>
        </Stack>
      </Drawer>
    </>
  )
}

const Choices = memo(function Choices({ search, managers, isPhone, onChange }: Props) {
  const field = {
    className: isPhone ? undefined : classes.choice,
    comboboxProps: { shadow: 'sm', width: 220, position: 'bottom-start' as const },
    maxValues: 9,
  }
  const shown = (name: string, count = 0) => (count > 0 ? `${name} ${count}` : name)
  return (
    <>
      <MultiSelect
        {...field}
        aria-label="Stage"
        placeholder={shown('Stage', search.stage?.length)}
        data={options(STAGES)}
        value={search.stage ?? []}
        onChange={(stage) => onChange({ stage: stage as Stage[] })}
        classNames={{ pill: classes.hidden }}
      />
      <MultiSelect
        {...field}
        aria-label="Waiting for"
        placeholder={shown('Waiting for', search.move?.length)}
        data={options(MOVES)}
        value={search.move ?? []}
        onChange={(move) => onChange({ move: move as Move[] })}
        classNames={{ pill: classes.hidden }}
      />
      <MultiSelect
        {...field}
        aria-label="Manager"
        placeholder={shown('Manager', search.manager?.length)}
        data={[...managers].map(([value, label]) => ({ value, label }))}
        value={search.manager ?? []}
        onChange={(manager) => onChange({ manager })}
        classNames={{ pill: classes.hidden }}
      />
      <Select
        className={isPhone ? undefined : classes.order}
        aria-label="Order"
        placeholder="Order"
        comboboxProps={{ shadow: 'sm' }}
        data={SORTS.map((value) => ({ value, label: SORT_NAMES[value] }))}
        value={
          search.sort ?? (search.q || search.view === 'all' || search.view === 'completed' ? 'updated' : 'waiting')
        }
        allowDeselect={false}
        onChange={(sort) => onChange({ sort: SORTS.find((one) => one === sort) })}
      />
    </>
  )
})

function Pills({ search, managers, onChange }: Props) {
  const { stage = [], move = [], manager = [] } = search
  const pill = (key: string, label: string, onRemove: () => void) => (
    <Pill
      key={key}
      withRemoveButton
      onRemove={onRemove}
      removeButtonProps={{ 'aria-label': `Remove ${label}`, 'aria-hidden': false, tabIndex: 0 }}
    >
      {label}
    </Pill>
  )
  return (
    <Group gap="xs" mb="lg">
      {stage.map((one) =>
        pill(one, STAGES[one].label, () => onChange({ stage: stage.filter((other) => other !== one) })),
      )}
      {move.map((one) => pill(one, MOVES[one].label, () => onChange({ move: move.filter((other) => other !== one) })))}
      {manager.map((one) =>
        pill(one, managers.get(one) ?? 'Former colleague', () =>
          onChange({ manager: manager.filter((other) => other !== one) }),
        ),
      )}
      <Button variant="subtle" size="compact-sm" onClick={() => onChange({ stage: [], move: [], manager: [] })}>
        Clear filters
      </Button>
    </Group>
  )
}
