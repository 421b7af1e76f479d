import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './EmptyState.module.css'

/** Nothing is here: why, and the way on. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack className={classes.empty} gap="sm" align="center">
      <Title order={2}>{title}</Title>
      {children && (
        <Text size="sm" c="dimmed" className={classes.text} component="div">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  )
}
