import '@mantine/core/styles/Radio.css'
import '@mantine/core/styles/RadioCard.css'
import '@mantine/core/styles/RadioIndicator.css'
import { Radio, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { SOFTWARE, type Software, softwareLabel } from '../../../domain/connections/ledgers.ts'
import { useMe } from '../../shell/useMe.ts'
import classes from './SoftwareTiles.module.css'
import { noteAbout } from './softwareWords.ts'

/** The chosen software as it is typed; empty: not chosen yet. */
export type TypedSoftware = { software: Software | ''; softwareName: string }

/**
 * Tiles of the software that clients use, with what can be done with the chosen one. A ledger that lets no more
 * organisations be connected is off, unless the client uses it already. `isNew`: the client is being added. `id` is that
 * of the tiles; the name's field has `${id}Name`.
 */
export function SoftwareTiles(props: {
  id: string
  label: string
  value: TypedSoftware
  onChange: (value: TypedSoftware) => void
  isNew: boolean
  error?: string | undefined
  nameError?: string | undefined
}) {
  const { id, label, value, onChange, isNew, error, nameError } = props
  const { software, softwareName } = value
  const me = useMe()
  const [before] = useState(software)
  const full = me.ledgers.filter(({ id: ledger, left }) => left === 0 && ledger !== before)
  const isOff = (one: Software) => full.some(({ id: ledger }) => ledger === one)
  return (
    <Stack gap="sm">
      <Radio.Group
        id={id}
        label={label}
        value={software}
        onChange={(chosen) => onChange({ software: chosen as Software, softwareName })}
        error={error}
      >
        <div className={classes.tiles}>
          {SOFTWARE.map((one) => (
            <Radio.Card key={one} value={one} className={classes.tile} disabled={isOff(one)}>
              <Radio.Indicator />
              {softwareLabel(one)}
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {software === 'other' && (
        <TextInput
          id={`${id}Name`}
          label="Which software"
          value={softwareName}
          onChange={(event) => onChange({ software, softwareName: event.currentTarget.value })}
          error={nameError}
          autoComplete="off"
        />
      )}
      <Text size="sm" c="dimmed" aria-live="polite" mih={20}>
        {software && noteAbout(software, me, isNew)}
      </Text>
      {full.map(({ id: ledger }) => (
        <Text key={ledger} size="sm" c="dimmed">
          {noteAbout(ledger as Software, me, isNew)}
        </Text>
      ))}
    </Stack>
  )
}
