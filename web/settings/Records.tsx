import { Paper, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Settings.module.css'

/** A table of records, which scrolls sideways; on a phone each is a card that names its columns. The last may be ''. */
export function Records<T>(props: {
  label: string
  items: readonly T[]
  keyOf: (item: T) => string
  columns: Record<string, (item: T) => ReactNode>
}) {
  const { label, items, keyOf, columns } = props
  const all = Object.entries(columns)
  return (
    <Paper className={classes.records} tabIndex={0} role="region" aria-label={label}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {all.map(([name]) => (name ? <Table.Th key={name}>{name}</Table.Th> : <Table.Td key={name} />))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={keyOf(item)}>
              {all.map(([name, cell]) => (
                <Table.Td key={name} data-label={name || undefined} ta={name ? undefined : 'right'}>
                  {cell(item)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}

/** A second, quieter line in a record's cell. */
export const Below = ({ children }: { children: ReactNode }) => (
  <Text size="xs" c="dimmed">
    {children}
  </Text>
)
