import '@mantine/core/styles/Switch.css'
import { Kbd, SegmentedControl, Stack, Switch, Table, Text, useMantineColorScheme } from '@mantine/core'
import { useState } from 'react'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { PageSection } from '../settings/PageSection.tsx'
import { KEY_SECTIONS, type Keys } from '../shell/keys/keyWords.ts'
import { areLettersOn, densityChosen, setDensity, setLetters } from '../shell/preferences.ts'

/** Display and keyboard settings, stored in this browser. */
export function ShortcutsPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [density, chooseDensity] = useState(densityChosen)
  const [letters, chooseLetters] = useState(areLettersOn)
  return (
    <>
      <PageTitle title="Display and keys" tab="Display and keys · My settings" />
      <PageSection title="Display" text="Kept in this browser.">
        <Stack gap="lg" align="flex-start">
          <div>
            <Text size="sm" fw={600} mb="xs">
              Theme
            </Text>
            <SegmentedControl
              aria-label="Theme"
              value={colorScheme}
              onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
              data={[
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
                { value: 'auto', label: 'Device' },
              ]}
            />
          </div>
          <div>
            <Text size="sm" fw={600} mb="xs">
              Rows of the client list
            </Text>
            <SegmentedControl
              aria-label="Rows of the client list"
              value={density}
              onChange={(value) => {
                setDensity(value as typeof density)
                chooseDensity(value as typeof density)
              }}
              data={[
                { value: 'roomy', label: 'Two lines' },
                { value: 'compact', label: 'One line' },
              ]}
            />
          </div>
        </Stack>
      </PageSection>
      <PageSection title="Keys">
        <Stack gap="lg">
          <Switch
            label="Single-letter shortcuts"
            description="Switch them off if you work by voice, or press keys by accident. Arrows and Enter go on working."
            checked={letters}
            onChange={(event) => {
              setLetters(event.currentTarget.checked)
              chooseLetters(event.currentTarget.checked)
            }}
          />
          {KEY_SECTIONS.map(({ title, keys }) => (
            <KeysTable key={title} where={title} keys={keys} />
          ))}
        </Stack>
      </PageSection>
    </>
  )
}

const KeysTable = ({ where, keys: all }: { where: string; keys: Keys[] }) => (
  <Table>
    <Table.Thead>
      <Table.Tr>
        <Table.Th>{where}</Table.Th>
        <Table.Th>Keys</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {all.map(([keys, what]) => (
        <Table.Tr key={what}>
          <Table.Td>{what}</Table.Td>
          <Table.Td>
            {keys.map((key) => (
              <Kbd key={key} mr="xs">
                {key}
              </Kbd>
            ))}
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)
