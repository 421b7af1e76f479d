import { Alert, Button, Stack, Text, Title } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import { sentenceOf } from '../words/problems.ts'
import '@mantine/core/styles/Alert.css'
import classes from './FormSection.module.css'

const SAVED_FOR_MS = 2000

/**
 * One section of a page of settings, saved alone: its title at the left, the fields, and Save as soon as something is
 * changed. `onSave` throws what was refused; `problem` is then the caller's to show at its fields, and what belongs to
 * none is said above Save. Without `onSave` it is for reading.
 */
export function FormSection(props: {
  title: string
  children: ReactNode
  isChanged?: boolean
  onSave?: () => Promise<void>
  onProblem?: (problem: Problem | null) => void
}) {
  const { title, children, isChanged = false, onSave, onProblem } = props
  const id = useId()
  const [isBusy, setBusy] = useState(false)
  const [isSaved, setSaved] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    if (!isSaved) return
    const timer = setTimeout(() => setSaved(false), SAVED_FOR_MS)
    return () => clearTimeout(timer)
  }, [isSaved])
  const told = (given: Problem | null) => {
    setProblem(given)
    onProblem?.(given)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!onSave || !isChanged) return
    told(null)
    setBusy(true)
    try {
      await onSave()
      setSaved(true)
    } catch (error) {
      told(asProblem(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Title order={2} id={id}>
        {title}
      </Title>
      <form onSubmit={submit} noValidate className={classes.form}>
        <Stack gap="lg">
          {children}
          {problem && problem.code !== 'changed_meanwhile' && (
            <Alert color="danger" variant="light" role="alert">
              {sentenceOf(problem)}
            </Alert>
          )}
          {onSave && (
            <div className={classes.foot}>
              {isChanged && (
                <Button type="submit" loading={isBusy}>
                  Save
                </Button>
              )}
              <Text size="sm" c="dimmed" role="status">
                {isSaved && !isChanged && 'Saved'}
              </Text>
            </div>
          )}
        </Stack>
      </form>
    </section>
  )
}
