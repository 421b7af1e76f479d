import '@mantine/core/styles/Alert.css'
import '@mantine/core/styles/PasswordInput.css'
import '@mantine/core/styles/PinInput.css'
import { Alert, Anchor, Button, Paper, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import { Mark } from '../shell/bar/Mark.tsx'
import { problemSentence } from '../words/problems.ts'

/** The card of every page before the sign-in. */
export function Entry({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="main" align="center" gap="lg" mih="100dvh" px={16} py={48}>
      <title>{`${title} · Embark`}</title>
      <Mark />
      <Paper w="100%" maw={400} p="xl">
        <Stack gap="lg">
          <Title order={1}>{title}</Title>
          {children}
        </Stack>
      </Paper>
    </Stack>
  )
}

/** The card in place of a page that can't be shown. */
export const EntryError = ({ title, error }: { title: string; error: unknown }) => (
  <Entry title={title}>
    <Text role="alert">{problemSentence(error)}</Text>
    <EntryLink to="/sign-in">Sign in</EntryLink>
  </Entry>
)

/** A form with one button, which is busy while sending. A refusal is shown above the fields and takes the focus. */
export function EntryForm({
  send,
  label,
  says = problemSentence,
  children,
}: {
  send: () => Promise<void>
  label: string
  /** Turns a refusal into words, for refusals that need a link. */
  says?: (problem: Problem) => ReactNode
  children: ReactNode | ((problem: Problem | null) => ReactNode)
}) {
  const { mutate, error, isPending } = useMutation({ mutationFn: send })
  const problem = error && asProblem(error)
  const alert = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (error) alert.current?.focus()
  }, [error])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {problem && (
          <Alert color="danger" variant="light" ref={alert} tabIndex={-1}>
            {says(problem)}
          </Alert>
        )}
        {typeof children === 'function' ? children(problem) : children}
        <Button type="submit" loading={isPending} fullWidth>
          {label}
        </Button>
      </Stack>
    </form>
  )
}

export function EntryLink({ to, children }: { to: '/sign-in' | '/forgot' | '/sign-up'; children: ReactNode }) {
  return (
    <Anchor component={Link} to={to} size="sm">
      {children}
    </Anchor>
  )
}
