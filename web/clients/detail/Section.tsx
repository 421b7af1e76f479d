import { Group, Paper, Title, UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useLayout } from '../useLayout.ts'
import classes from './ClientPage.module.css'

/**
 * A section of the client page with its heading; `beside` stands next to the heading. On a phone it can be folded, and
 * `isFolded` sets how it starts.
 */
export function Section(props: {
  id: string
  title: string
  isFolded?: boolean
  beside?: ReactNode
  children: ReactNode
}) {
  const { id, title, isFolded = false, beside, children } = props
  const isPhone = useLayout() === 'phone'
  const [isOpen, setOpen] = useState(!isFolded)
  if (!isPhone) {
    return (
      <Paper p="lg" component="section" aria-labelledby={id}>
        <Group justify="space-between" gap="sm">
          <Title order={2} id={id}>
            {title}
          </Title>
          {beside}
        </Group>
        {children}
      </Paper>
    )
  }
  return (
    <Paper p="lg" component="section" aria-labelledby={id}>
      <Title order={2} id={id}>
        <UnstyledButton className={classes.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {title}
          <IconChevronDown size={20} stroke={1.75} aria-hidden="true" data-open={isOpen || undefined} />
        </UnstyledButton>
      </Title>
      {isOpen && (
        <>
          {beside}
          {children}
        </>
      )}
    </Paper>
  )
}
