import { Button, FileButton, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { practiceColours } from '../../../domain/fields/colour.ts'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { problemSentence } from '../../words/problems.ts'
import { PageSection } from '../PageSection.tsx'
import { type Practice, practiceQuery } from '../queries.ts'
import { Leaving } from '../SectionForm.tsx'
import sections from '../Settings.module.css'
import classes from './Branding.module.css'

const MOST_BYTES = 1024 * 1024

/** Shows, replaces and removes the practice's logo. A chosen file is previewed first. `colour` is its background. */
export function Logo({ practice, colour }: { practice: Practice; colour: string }) {
  const queries = useQueryClient()
  const reset = useRef<() => void>(null)
  const [file, setFile] = useState<File | null>(null)
  const { data: chosen } = useQuery({
    queryKey: ['logo', file?.name, file?.size, file?.lastModified],
    queryFn: () => dataUrlOf(file!),
    enabled: file !== null,
    gcTime: 0,
  })
  const kept = async (saved: Practice) => {
    queries.setQueryData(practiceQuery.queryKey, saved)
    await queries.invalidateQueries({ queryKey: ['practice', 'preview'] })
  }
  const save = useMutation({
    mutationFn: async () => bodyOf(api.PUT('/api/v1/practice/logo', { body: { file: chosen?.split(',')[1] ?? '' } })),
    onSuccess: async (saved) => {
      setFile(null)
      await kept(saved)
    },
  })
  const remove = useMutation({ mutationFn: () => bodyOf(api.DELETE('/api/v1/practice/logo')), onSuccess: kept })
  const choose = (next: File | null) => {
    reset.current?.()
    save.reset()
    remove.reset()
    setFile(next)
  }
  const failed = save.error ?? remove.error
  const isTooLarge = file !== null && file.size > MOST_BYTES
  const refusal = isTooLarge
    ? 'Choose a file of 1 MB or smaller.'
    : failed && (asProblem(failed).fields[0]?.message ?? problemSentence(failed))
  const shown = file === null ? practice.logo : refusal ? null : chosen
  const { fill } = practiceColours(colour)
  return (
    <PageSection
      title="Logo"
      text="PNG or SVG, in place of your name in the header of pages and mails. A wide one with a clear ground reads best."
    >
      <Stack gap="md" pb="lg">
        {shown && (
          <div className={classes.logo} style={{ background: fill }}>
            <img src={shown} alt={`Logo of ${practice.name}`} height={32} />
          </div>
        )}
        {file && (
          <Text size="sm" className={sections.key}>
            {file.name}{' '}
            <Text span size="xs" c="dimmed">
              {sizeOf(file.size)}
            </Text>
          </Text>
        )}
        <Group gap="sm">
          <FileButton
            resetRef={reset}
            accept="image/png,image/svg+xml"
            onChange={(next) => next && choose(next)}
            inputProps={{ 'aria-label': 'Logo file' }}
          >
            {(props) => (
              <Button variant="default" {...props}>
                {file || practice.logo ? 'Replace' : 'Choose a file'}
              </Button>
            )}
          </FileButton>
          {file ? (
            <>
              <Button variant="default" disabled={save.isPending} onClick={() => choose(null)}>
                Discard
              </Button>
              {!isTooLarge && (
                <Button loading={save.isPending} disabled={!chosen} onClick={() => save.mutate()}>
                  Save
                </Button>
              )}
            </>
          ) : (
            practice.logo && (
              <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
                Remove
              </Button>
            )
          )}
          <Text size="sm" role="status" c="good" fw={600}>
            {save.isSuccess && practice.logo ? 'Saved' : ''}
          </Text>
        </Group>
        {refusal && (
          <Text size="sm" c="danger" role="alert">
            {refusal}
          </Text>
        )}
      </Stack>
      <Leaving isChanged={file !== null} />
    </PageSection>
  )
}

/** Returns a size in words: `4.1 kB`. */
const sizeOf = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

/** Returns a file as a data URL, with its bytes in base64 after the comma. */
const dataUrlOf = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
