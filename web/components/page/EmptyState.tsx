import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './EmptyState.module.css'

type Props = {
  title: string
  children?: ReactNode
  action?: ReactNode
  /** Of its heading; 1 where it is all that the page has. */
  order?: 1 | 2
}

/** Says that nothing is here, why, and the way on. */
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
