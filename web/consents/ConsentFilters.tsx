import { Button, Drawer, Group, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import { IconFilter, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { CONSENT_MOVES } from '../../domain/connections/consents.ts'
import { banksQuery } from '../clients/listQuery.ts'
import { useColleagues } from '../clients/useColleagues.ts'
import { MultiSelect, Select } from '../components/Select.tsx'
import { teamsQuery } from '../team/queries.ts'
import { MOVES } from '../words/states.ts'
import classes from './Consents.module.css'
import {
  CONSENT_FILTERS,
  type ConsentFilter,
  type ConsentSearch,
  isNarrowed,
  NO_CONSENT_FILTERS,
} from './consentSearch.ts'

type Props = { search: ConsentSearch; isPhone: boolean; onChange: (changes: Partial<ConsentSearch>) => void }

const SHORTEST = 2
const TYPING_MS = 200

/** The search field, filters and order of the consents, whose values are kept in the address. */
export function ConsentFilters(props: Props) {
  const { search, isPhone, onChange } = props
  const [isOpen, drawer] = useDisclosure(false)
  const active = CONSENT_FILTERS.filter((name) => search[name] !== undefined).length
  return (
    <search>
      <Group gap="sm" mb="lg">
        <Words q={search.q ?? ''} onChange={onChange} />
        {isPhone ? (
          <Button variant="default" leftSection={<IconFilter size={16} stroke={1.75} />} onClick={drawer.open}>
            {active > 0 ? `Filters ${active}` : 'Filters'}
          </Button>
        ) : (
          <Choices {...props} />
        )}
        {isNarrowed(search) && (
          <Button variant="subtle" size="compact-sm" onClick={() => onChange(NO_CONSENT_FILTERS)}>
            Clear filters
          </Button>
        )}
      </Group>
      <Drawer opened={isPhone && isOpen} onClose={drawer.close} position="bottom" title="Filters">
        <Stack gap="lg">
          <Choices {...props} />
          <Button onClick={drawer.close}>Show banks</Button>
        </Stack>
      </Drawer>
    </search>
  )
}

function Words({ q, onChange }: { q: string; onChange: Props['onChange'] }) {
  const [typed, setTyped] = useState(q)
  useEffect(() => setTyped(q), [q])
  const ask = useDebouncedCallback((text: string) => {
    const words = text.trim()
    if (words === '' || [...words].length >= SHORTEST) onChange({ q: words || undefined })
  }, TYPING_MS)
  return (
    <TextInput
      type="search"
      className={classes.words}
      aria-label="Client or bank"
      placeholder="Client or bank"
      leftSection={<IconSearch size={16} stroke={1.75} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        ask(event.currentTarget.value)
      }}
    />
  )
}

function Choices(props: Props) {
  const { search, onChange } = props
  const managers = useColleagues()
  const { data: banks = [] } = useQuery(banksQuery)
  const { data: teams = [] } = useQuery(teamsQuery)
  return (
    <>
      <Choice {...props} filter="bank" name="Bank" data={banks.map((value) => ({ value, label: value }))} />
      <Choice
        {...props}
        filter="move"
        name="Waiting for"
        data={CONSENT_MOVES.map((value) => ({ value, label: MOVES[value].label }))}
      />
      <Choice
        {...props}
        filter="manager"
        name="Manager"
        data={[...managers].map(([value, label]) => ({ value, label }))}
      />
      {teams.length > 0 && (
        <Choice {...props} filter="team" name="Team" data={teams.map(({ id, name }) => ({ value: id, label: name }))} />
      )}
      <Select
        className={classes.filter}
        aria-label="Order"
        comboboxProps={{ shadow: 'sm' }}
        data={[
          { value: 'earliest', label: 'Earliest first' },
          { value: 'latest', label: 'Latest first' },
        ]}
        value={search.sort ?? (search.view === 'ended' ? 'latest' : 'earliest')}
        disabled={search.view === 'ended'}
        onChange={(sort) => onChange({ sort: sort === 'latest' ? 'latest' : undefined })}
      />
    </>
  )
}

function Choice(
  props: Props & { filter: ConsentFilter; name: string; data: readonly { value: string; label: string }[] },
) {
  const { filter, name, data, search, onChange } = props
  const chosen: string[] = search[filter] ?? []
  return (
    <MultiSelect
      className={classes.filter}
      comboboxProps={{ shadow: 'sm', width: 220, position: 'bottom-start' }}
      maxValues={40}
      aria-label={name}
      placeholder={chosen.length > 0 ? `${name} ${chosen.length}` : name}
      data={[...data]}
      value={chosen}
      onChange={(value) => onChange({ [filter]: value.length > 0 ? value : undefined })}
      classNames={{ pill: classes.hidden }}
    />
  )
}
