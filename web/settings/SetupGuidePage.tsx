import { ActionIcon, Button, Stack, Textarea, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { type SetupGuide, usualSetupGuide } from '../../domain/fields/setupGuide.ts'
import { Preview } from './preview/Preview.tsx'
import type { Practice } from './queries.ts'
import { SectionForm } from './SectionForm.tsx'
import sections from './Settings.module.css'
import { SettingsPage, usePracticeSection } from './usePractice.tsx'

const MOST_LINKS = 5

/** Edits the setup guide that a client sees on completion. */
export const SetupGuidePage = () => (
  <SettingsPage title="Setup guide">{(practice) => <Guide practice={practice} />}</SettingsPage>
)

function Guide({ practice }: { practice: Practice }) {
  const usual = usualSetupGuide(practice.name)
  const isUsual = ({ title, text, links }: SetupGuide) =>
    links.length === 0 && (!(title.trim() || text.trim()) || (title === usual.title && text === usual.text))
  const section = usePracticeSection(
    practice,
    ({ setupGuide }) => setupGuide ?? usual,
    ({ title, text, links }) => ({
      setupGuide: isUsual({ title, text, links }) ? null : { title, text, links },
    }),
  )
  const { given, set, errorAt, text } = section
  const setLink = (n: number, changes: Partial<(typeof given.links)[number]>) =>
    set({ links: given.links.map((link, at) => (at === n ? { ...link, ...changes } : link)) })
  const links = given.links.filter(({ label, url }) => label.trim() && /^https:\/\/\w/.test(url.trim()))
  const isWritten = given.title.trim() !== '' && given.text.trim() !== ''
  return (
    <div className={sections.beside}>
      <SectionForm
        title="What comes next"
        text="On the page and in the email that tell a client all is done. The links stand on the page alone. Empty it to go back to ours."
        section={section}
      >
        <TextInput label="Title" {...text('title', 'setupGuide.title')} />
        <Textarea
          label="Text"
          description="A blank line begins a new paragraph."
          autosize
          minRows={5}
          {...text('text', 'setupGuide.text')}
        />
        <Stack gap="md" component="fieldset" bd={0} p={0} m={0}>
          <legend className={sections.legend}>Links, up to five</legend>
          {given.links.map((link, n) => (
            <div key={n} className={sections.link}>
              <TextInput
                label={`Name of link ${n + 1}`}
                value={link.label}
                onChange={(event) => setLink(n, { label: event.currentTarget.value })}
                error={errorAt(`setupGuide.links[${n}].label`)}
              />
              <TextInput
                label="Address"
                aria-label={`Address of link ${n + 1}`}
                placeholder="https://"
                type="url"
                value={link.url}
                onChange={(event) => setLink(n, { url: event.currentTarget.value })}
                error={errorAt(`setupGuide.links[${n}].url`)}
              />
              <ActionIcon
                className={sections.remove}
                aria-label={`Remove link ${n + 1}`}
                onClick={() => set({ links: given.links.filter((_, at) => at !== n) })}
              >
                <IconTrash size={16} stroke={1.75} />
              </ActionIcon>
            </div>
          ))}
          {given.links.length < MOST_LINKS && (
            <Button
              variant="default"
              w="fit-content"
              onClick={() => set({ links: [...given.links, { label: '', url: '' }] })}
            >
              Add a link
            </Button>
          )}
        </Stack>
      </SectionForm>
      <Preview
        kind="done"
        choices={{ setupGuide: isWritten ? { title: given.title, text: given.text, links } : null }}
        isBeside
      />
    </div>
  )
}
