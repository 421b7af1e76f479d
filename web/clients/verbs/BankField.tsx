import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { Select } from '../../components/Select.tsx'

export type BankChoice = NonNullable<Schema['BankChoices']['items']>[number]

/** The time without a key press after which the banks are searched. */
const SEARCH_MS = 200
const ANY = { value: '', label: 'The client chooses' }

/** A search over the banks that the practice's clients can choose; null leaves the choice to the client. */
export function BankField(props: {
  value: BankChoice | null
  onChange: (bank: BankChoice | null) => void
  error: string | undefined
}) {
  const { value, onChange, error } = props
  const [typed, setTyped] = useState('')
  const [words] = useDebouncedValue(typed.trim(), SEARCH_MS)
  const chosen = value?.name ?? ANY.label
  const q = words === '' || words === chosen ? undefined : words.slice(0, 60)
  const { data } = useQuery({
    queryKey: ['bank-choices', q],
    queryFn: async () => (await bodyOf(api.GET('/api/v1/bank-choices', { params: { query: q ? { q } : {} } }))).items,
    placeholderData: keepPreviousData,
  })
  // The client chooses at the provider if the connector does not list its banks.
  if (data === null) return null
  const found = data ?? []
  const banks = value && !found.some(({ id }) => id === value.id) ? [value, ...found] : found
  return (
    <Select
      label="Bank"
      searchable
      data={[ANY, ...banks.map(({ id, name }) => ({ value: id, label: name }))]}
      // The server has searched.
      filter={({ options }) => options}
      nothingFoundMessage="No bank has that name"
      value={value?.id ?? ANY.value}
      onSearchChange={setTyped}
      onChange={(id) => onChange(banks.find((one) => one.id === id) ?? null)}
      error={error}
    />
  )
}
