import { Checkbox, Fieldset, Stack, Switch, Tabs, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { seesAllClients } from '../../domain/rights.ts'
import { problemSentence } from '../words/problems.ts'
import '@mantine/core/styles/Fieldset.css'
import '@mantine/core/styles/Switch.css'
import { Select } from '../components/Select.tsx'
import { teamsQuery } from '../team/queries.ts'
import classes from './AccessFields.module.css'
import { colleaguesQuery } from './useColleagues.ts'

/** The people and teams (ids) who may see a client besides the admins, and its account manager. */
export type AccessChoice = { everyone: boolean; people: string[]; teams: string[]; manager: string | null }

/** Lists longer than this get a search field. */
const MANY = 8

const toggled = (ids: string[], id: string, isOn: boolean) =>
  isOn ? [...ids, id] : ids.filter((other) => other !== id)

/**
 * Edits the access to a client (everyone, single colleagues, whole teams) and its account manager. `errors` are shown
 * at the two fields. `isFixed` shows the fields disabled.
 */
export function AccessFields(props: {
  value: AccessChoice
  onChange: (value: AccessChoice) => void
  errors?: { access?: string; manager?: string }
  isFixed?: boolean
}) {
  const { value, onChange, errors, isFixed = false } = props
  const { data: colleagues = [], error } = useQuery(colleaguesQuery)
  const { data: teams = [] } = useQuery(teamsQuery)
  const errorId = useId()
  const change = (changes: Partial<AccessChoice>) => onChange({ ...value, ...changes })
  return (
    <Stack gap="lg">
      <Fieldset legend="Who can see this client" disabled={isFixed} aria-describedby={errorId} variant="unstyled">
        <Stack gap="md" mt="sm">
          <Text size="sm" c="dimmed">
            Admins can always see every client.
          </Text>
          <Switch
            label="Everyone, including people who join later"
            checked={value.everyone}
            onChange={(event) => change({ everyone: event.currentTarget.checked })}
          />
          {!value.everyone && (
            <Tabs defaultValue="colleagues" keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="colleagues">Colleagues {counted(value.people)}</Tabs.Tab>
                <Tabs.Tab value="teams">Teams {counted(value.teams)}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="colleagues" pt="md">
                <Choices
                  label="Find a colleague"
                  nobody="You have no colleagues yet."
                  choices={colleagues.map(({ id, name, role }) => ({
                    id,
                    name,
                    about: seesAllClients(role) ? 'Admin' : null,
                    isGiven: seesAllClients(role),
                  }))}
                  chosen={value.people}
                  onToggle={(id, isOn) => change({ people: toggled(value.people, id, isOn) })}
                />
              </Tabs.Panel>
              <Tabs.Panel value="teams" pt="md">
                <Choices
                  label="Find a team"
                  nobody="Your practice has no teams yet."
                  choices={teams.map(({ id, name, members }) => ({
                    id,
                    name,
                    about: `${members.length} ${members.length === 1 ? 'person' : 'people'}`,
                  }))}
                  chosen={value.teams}
                  onToggle={(id, isOn) => change({ teams: toggled(value.teams, id, isOn) })}
                />
              </Tabs.Panel>
            </Tabs>
          )}
          <div id={errorId} role={errors?.access ? 'alert' : undefined}>
            {(errors?.access || error) && (
              <Text size="xs" c="danger">
                {errors?.access ?? problemSentence(error)}
              </Text>
            )}
          </div>
        </Stack>
      </Fieldset>
      <Select
        label="Account manager"
        description="Optional. Gets the notices."
        placeholder="Nobody"
        data={colleagues.map(({ id, name }) => ({ value: id, label: name }))}
        value={value.manager}
        onChange={(manager) => change({ manager })}
        error={errors?.manager}
        disabled={isFixed}
        searchable={colleagues.length > MANY}
        clearable
      />
    </Stack>
  )
}

const counted = (ids: string[]) => (ids.length > 0 ? ids.length : '')

type One = { id: string; name: string; about: string | null; isGiven?: boolean }

/** A searchable list of checkboxes. Entries with `isGiven` are ticked and disabled. */
export function Choices(props: {
  label: string
  nobody: string
  choices: One[]
  chosen: string[]
  onToggle: (id: string, isOn: boolean) => void
}) {
  const { label, nobody, choices, chosen, onToggle } = props
  const [q, setQ] = useState('')
  if (choices.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {nobody}
      </Text>
    )
  }
  const found = choices.filter(({ name }) => name.toLowerCase().includes(q.trim().toLowerCase()))
  return (
    <Stack gap="sm">
      {choices.length > MANY && (
        <TextInput label={label} type="search" value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      )}
      <div className={classes.choices}>
        {found.map(({ id, name, about, isGiven = false }) => (
          <Checkbox
            key={id}
            label={about ? `${name} · ${about}` : name}
            checked={isGiven || chosen.includes(id)}
            disabled={isGiven}
            onChange={(event) => onToggle(id, event.currentTarget.checked)}
          />
        ))}
        {found.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            Nobody is called “{q.trim()}”.
          </Text>
        )}
      </div>
    </Stack>
  )
}
