import { Alert, Button, Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { asProblem } from '../../../api/problem.ts'
import { companiesQuery } from '../queries.ts'

const LOOK_AFTER_MS = 300
const FEWEST_LETTERS = 2

/**
 * A field for a company's name. With `looksUp` it searches Companies House while the name is typed. Enter keeps the
 * typed text; choosing a company brings its number along, for a dissolved company only after a confirmation.
 */
export function CompanyField(props: {
  id?: string
  label: string
  description: ReactNode
  value: string
  onType: (name: string) => void
  onChoose: (company: { name: string; number: string }) => void
  error?: string | undefined
  looksUp: boolean
  required?: boolean
  isFirst?: boolean
}) {
  const { value, onType, onChoose, looksUp, isFirst, ...field } = props
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  // Searches only after typing: a value that was chosen or stored before starts no search.
  const [isTyping, setTyping] = useState(false)
  const [q] = useDebouncedValue(value.trim(), LOOK_AFTER_MS)
  const looks = looksUp && isTyping && [...q].length >= FEWEST_LETTERS
  const { data: found = [], error } = useQuery({ ...companiesQuery(q), enabled: looks })
  const companies = looks ? found : []
  const [asked, setAsked] = useState<(typeof found)[number] | null>(null)
  return (
    <div>
      <Combobox
        store={combobox}
        withinPortal={false}
        onOptionSubmit={(number) => {
          const company = companies.find((one) => one.number === number)
          if (company?.isEnded) setAsked(company)
          else if (company) onChoose(company)
          setTyping(false)
          combobox.closeDropdown()
        }}
      >
        <Combobox.Target autoComplete="off" withExpandedAttribute>
          <TextInput
            {...field}
            value={value}
            onChange={(event) => {
              onType(event.currentTarget.value)
              setTyping(true)
              setAsked(null)
              combobox.openDropdown()
              combobox.resetSelectedOption()
            }}
            onBlur={() => combobox.closeDropdown()}
            maxLength={400}
            autoFocus={isFirst ?? false}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={companies.length === 0}>
          <Combobox.Options aria-label="Companies House">
            {companies.map(({ number, name, locality, status }) => (
              <Combobox.Option key={number} value={number}>
                {[name, number, locality, status !== 'active' && status?.replaceAll('-', ' ')]
                  .filter(Boolean)
                  .join(' · ')}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {asked && (
        <Alert color="warn" variant="light" role="alert" mt="xs">
          Companies House says that {asked.name} is {asked.status?.replaceAll('-', ' ')}.
          <Group gap="sm" mt="xs">
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => {
                onChoose(asked)
                setAsked(null)
              }}
            >
              Use it anyway
            </Button>
            <Button variant="subtle" size="compact-sm" onClick={() => setAsked(null)}>
              Choose another
            </Button>
          </Group>
        </Alert>
      )}
      <Text size="xs" c="dimmed" role="status">
        {looks && error ? asProblem(error).message : ''}
      </Text>
    </div>
  )
}
