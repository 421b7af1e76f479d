import { Group, Paper, SegmentedControl, Skeleton, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { PREVIEWS, type PreviewForm, type PreviewKind } from '../../../domain/practice/previews.ts'
import { api, bodyOf } from '../../api/client.ts'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import type { paths } from '../../generated/api.ts'
import classes from './Preview.module.css'
import { Sheet } from './Sheet.tsx'

type Body = paths['/api/v1/practice/preview']['post']['requestBody']['content']['application/json']
export type PreviewChoices = NonNullable<Body['choices']>

/** The time in ms without typing after which the preview updates. */
const REST_MS = 300
const LONGEST_TEXT = 160

const FORMS = [
  { value: 'page', label: 'Page' },
  { value: 'mail', label: 'Mail' },
  { value: 'text', label: 'Text' },
]

const THEMES = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

const WIDTHS = [
  { value: 'wide', label: 'Wide' },
  { value: 'phone', label: 'Phone' },
]

type Props = {
  kind: PreviewKind
  /** The client whose data is shown; null for made-up data. */
  onboardingId?: string | null
  /** Shows a draft instead of a client; `version` makes the preview follow its changes. */
  draft?: { id: string; version: number }
  /** Unsaved settings to show. */
  choices?: PreviewChoices
  /** True beside a form, where there is only room for a phone's width. */
  isBeside?: boolean
  /** Buttons shown with a mail. */
  mailAct?: ReactNode
}

/** Shows a message as the client gets it: as page, mail or text, in light and dark, on a phone and wider. */
export function Preview({ kind, onboardingId = null, draft, choices, isBeside = false, mailAct }: Props) {
  const [wanted, setForm] = useState<PreviewForm>('page')
  const [theme, setTheme] = useState<'light' | 'dark'>('light')
  const [width, setWidth] = useState('wide')
  const has: readonly PreviewForm[] = PREVIEWS[kind].forms
  const form = has.includes(wanted) ? wanted : (has[0] ?? 'mail')
  const [settled] = useDebouncedValue(choices, REST_MS)
  const { data, error, refetch } = useQuery({
    queryKey: ['practice', 'preview', kind, form, onboardingId, draft?.id, draft?.version, settled],
    queryFn: () =>
      draft
        ? bodyOf(api.GET('/api/v1/drafts/{id}/preview', { params: { path: { id: draft.id }, query: { form } } }))
        : bodyOf(api.POST('/api/v1/practice/preview', { body: { kind, form, onboardingId, choices: settled } })),
    placeholderData: keepPreviousData,
    retry: false,
  })
  return (
    <section aria-label="What the client gets" className={isBeside ? classes.beside : undefined}>
      <Group gap="sm" mb="md">
        {has.length > 1 && (
          <SegmentedControl
            aria-label="Form"
            data={FORMS.filter(({ value }) => (has as readonly string[]).includes(value))}
            value={form}
            onChange={(value) => setForm(value as PreviewForm)}
          />
        )}
        {form !== 'text' && (
          <SegmentedControl
            aria-label="Light or dark"
            data={THEMES}
            value={theme}
            onChange={(value) => setTheme(value as typeof theme)}
          />
        )}
        {form !== 'text' && !isBeside && (
          <SegmentedControl
            aria-label="Width"
            data={WIDTHS}
            value={width}
            onChange={setWidth}
            className={classes.width}
          />
        )}
        {form === 'mail' && mailAct}
      </Group>
      {error && !data ? (
        <ErrorState title="We couldn’t make the preview" error={error} onRetry={refetch} />
      ) : !data ? (
        <Skeleton height={480} />
      ) : data.html === null ? (
        <Words text={data.text ?? ''} />
      ) : (
        <Paper className={classes.frame} data-phone={width === 'phone' || undefined}>
          {data.subject !== null && (
            <dl className={classes.head}>
              <div>
                <dt>From</dt> <dd>{data.from}</dd>
              </div>
              {data.replyTo && (
                <div>
                  <dt>Answers go to</dt> <dd>{data.replyTo}</dd>
                </div>
              )}
              <div>
                <dt>Subject</dt> <dd className={classes.subject}>{data.subject}</dd>
              </div>
            </dl>
          )}
          <Sheet html={data.html} theme={theme} title={form === 'page' ? 'The page' : 'The mail'} />
        </Paper>
      )}
    </section>
  )
}

function Words({ text }: { text: string }) {
  return (
    <>
      <p className={classes.bubble}>{text}</p>
      <Text size="xs" c="dimmed" mt="sm">
        {text.length} of {LONGEST_TEXT} characters, sent as one text.
      </Text>
    </>
  )
}
