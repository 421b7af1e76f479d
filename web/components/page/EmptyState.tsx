import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './EmptyState.module.css'

type Props = {
  title: string
  children?: ReactNode
  action?: ReactNode
  /** The level of the heading; 1 if it is the page's only content. */
  order?: 1 | 2
}

/** Shows that there is nothing here, why, and what to do next. */
export function EmptyState({ title, children, action, order = 2 }: Props) {
  return (
    <Stack className={classes.empty} gap="sm" align="center">
      <Title order={order} size="h2">
        {title}
      </Title>
      {children && (
        <Text size="sm" c="dimmed" className={classes.text} component="div">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  )
}
