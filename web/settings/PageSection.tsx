import { Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './Settings.module.css'

/** A section of a settings page: its title, and what it is about, at the left where there is room. */
export function PageSection({ title, text, children }: { title: string; text?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.section}>
      <div className={classes.title}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {text && (
          <Text size="xs" c="dimmed">
            {text}
          </Text>
        )}
      </div>
      {children}
    </section>
  )
}
