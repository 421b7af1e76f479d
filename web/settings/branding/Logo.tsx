import { Button, FileButton, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { practiceColours } from '../../../domain/colour.ts'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem, Problem } from '../../api/problem.ts'
import { sentenceOf } from '../../words/problems.ts'
import sections from '../Settings.module.css'
import { type Practice, practiceQuery } from '../usePractice.tsx'
import classes from './Branding.module.css'

const MOST_BYTES = 1024 * 1024
/** What is sent at a time, so that a large file does not fill the stack. */
const CHUNK = 0x8000

/** The practice's picture: shown, chosen, replaced and removed, at once. `colour` is what it stands on. */
export function Logo({ practice, colour }: { practice: Practice; colour: string }) {
  const queries = useQueryClient()
  const reset = useRef<() => void>(null)
  const kept = async (saved: Practice) => {
    queries.setQueryData(practiceQuery.queryKey, saved)
    await queries.invalidateQueries({ queryKey: ['practice', 'preview'] })
  }
  const choose = useMutation({
    mutationFn: async (file: File) =>
      bodyOf(api.PUT('/api/v1/practice/logo', { body: { file: await lettersOf(file) } })),
    onSuccess: kept,
    onSettled: () => reset.current?.(),
  })
  const remove = useMutation({ mutationFn: () => bodyOf(api.DELETE('/api/v1/practice/logo')), onSuccess: kept })
  const failed = choose.error ?? remove.error
  const { fill } = practiceColours(colour)
  return (
    <section aria-labelledby="logo" className={sections.section}>
      <div className={sections.title}>
        <Title order={2} id="logo">
          Logo
        </Title>
        <Text size="xs" c="dimmed">
          PNG or SVG, in place of your name in the header of pages and mails. A wide one with a clear ground reads best.
        </Text>
      </div>
      <Stack gap="md" pb="lg">
        {practice.logo && (
          <div className={classes.logo} style={{ background: fill }}>
            <img src={practice.logo} alt={`Logo of ${practice.name}`} height={32} />
          </div>
        )}
        <Group gap="sm">
          <FileButton
            resetRef={reset}
            accept="image/png,image/svg+xml"
            onChange={(file) => file && choose.mutate(file)}
            inputProps={{ 'aria-label': 'Logo file' }}
          >
            {(props) => (
              <Button variant="default" loading={choose.isPending} {...props}>
                {practice.logo ? 'Replace' : 'Choose a file'}
              </Button>
            )}
          </FileButton>
          {practice.logo && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
              Remove
            </Button>
          )}
          <Text size="sm" role="status" className={sections.saved}>
            {choose.isSuccess && practice.logo ? 'Saved' : ''}
          </Text>
        </Group>
        {failed && (
          <Text size="sm" c="danger" role="alert">
            {asProblem(failed).fields[0]?.message ?? sentenceOf(asProblem(failed))}
          </Text>
        )}
      </Stack>
    </section>
  )
}

/** The file in base64. One that is too large is refused here, before it is sent. */
async function lettersOf(file: File): Promise<string> {
  if (file.size > MOST_BYTES) throw new Problem(422, { detail: 'Choose a file of 1 MB or smaller.', code: 'too_large' })
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}
