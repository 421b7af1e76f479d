import { Group, Text, TextInput } from '@mantine/core'
import { contrast, practiceColours } from '../../../domain/fields/colour.ts'
import { Preview } from '../preview/Preview.tsx'
import type { Practice } from '../queries.ts'
import { SectionForm } from '../SectionForm.tsx'
import sections from '../Settings.module.css'
import { SettingsPage, usePracticeSection } from '../usePractice.tsx'
import type { Section } from '../useSection.ts'
import classes from './Branding.module.css'
import { Logo } from './Logo.tsx'

/** Settings for logo, colour and the sender of emails. */
export const BrandingPage = () => (
  <SettingsPage title="Branding">{(practice) => <Branding practice={practice} />}</SettingsPage>
)

function Branding({ practice }: { practice: Practice }) {
  const colour = usePracticeSection(
    practice,
    ({ brandColour }) => ({ brandColour: brandColour ?? '' }),
    ({ brandColour }) => ({ brandColour: brandColour.trim() || null }),
  )
  const sender = usePracticeSection(
    practice,
    ({ senderName, replyTo }) => ({ senderName: senderName ?? '', replyTo: replyTo ?? '' }),
    senderOf,
  )
  const typed = colour.given.brandColour.trim()
  const choices = {
    ...((typed === '' || COLOUR.test(typed)) && { brandColour: typed || null }),
    ...senderOf(sender.given),
  }
  return (
    <div className={sections.beside}>
      <div>
        <Logo practice={practice} colour={typed} />
        <Colour section={colour} />
        <Sender section={sender} name={practice.name} />
      </div>
      <Preview kind="invitation" choices={choices} isBeside />
    </div>
  )
}

const COLOUR = /^#[0-9a-f]{6}$/i

const senderOf = ({ senderName, replyTo }: { senderName: string; replyTo: string }) => ({
  senderName: senderName.trim() || null,
  replyTo: replyTo.trim() || null,
})

/** Returns the text colour on the brand colour and its contrast: `White text, 9.4:1`. */
function contrastWords(colour: string): string {
  const { fill, onFill } = practiceColours(colour)
  return `${onFill === '#FFFFFF' ? 'White' : 'Black'} text, ${contrast(fill, onFill).toFixed(1)}:1`
}

function Colour({ section }: { section: Section<{ brandColour: string }> }) {
  const { given, set, text } = section
  const { fill } = practiceColours(given.brandColour)
  return (
    <SectionForm
      title="Colour"
      text="In the header of pages and emails, and on the client’s button. Empty takes Embark’s blue."
      section={section}
    >
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <TextInput label="Colour" placeholder="#0E4F4A" {...text('brandColour')} flex={1} />
        <input
          type="color"
          aria-label="Choose a colour"
          className={classes.chooser}
          value={fill.toLowerCase()}
          onChange={(event) => set({ brandColour: event.currentTarget.value.toUpperCase() })}
        />
      </Group>
      <Text size="sm" role="status">
        {contrastWords(given.brandColour)}
      </Text>
    </SectionForm>
  )
}

function Sender({ section, name }: { section: Section<{ senderName: string; replyTo: string }>; name: string }) {
  const { text } = section
  return (
    <SectionForm title="Emails" section={section}>
      <TextInput label="Sender name" description={`Empty takes ${name}.`} {...text('senderName')} />
      <TextInput
        label="Reply-to"
        description="Where a client’s answer goes. Empty takes the notification address."
        type="email"
        {...text('replyTo')}
      />
    </SectionForm>
  )
}
