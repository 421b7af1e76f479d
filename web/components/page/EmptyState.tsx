import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

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
    <Stack gap="sm" align="center" ta="center" px="lg" py="3xl">
      <Title order={order} size="h2">
        {title}
      </Title>
      {children && (
        <Text size="sm" c="dimmed" maw={480} component="div">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  )
}
