import { Group, Text, TextInput } from '@mantine/core'
import { contrast, practiceColours } from '../../../domain/colour.ts'
import { PageTitle } from '../../components/PageTitle.tsx'
import { SectionForm } from '../SectionForm.tsx'
import { type Practice, usePracticeSection, WithPractice } from '../usePractice.tsx'
import classes from './Branding.module.css'

/** How the practice looks to its clients, and in whose name they are written to. */
export function BrandingPage() {
  return (
    <>
      <PageTitle title="Branding" tab="Branding · Settings" />
      <WithPractice>
        {(practice) => (
          <>
            <Colour practice={practice} />
            <Sender practice={practice} />
          </>
        )}
      </WithPractice>
    </>
  )
}

/** `White text, 9.4:1`: what is written on the colour, and how well it can be read. */
function contrastWords(colour: string): string {
  const { fill, onFill } = practiceColours(colour)
  return `${onFill === '#FFFFFF' ? 'White' : 'Black'} text, ${contrast(fill, onFill).toFixed(1)}:1`
}

function Colour({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ brandColour }) => ({ brandColour: brandColour ?? '' }),
    ({ brandColour }) => ({ brandColour: brandColour.trim() || null }),
  )
  const { given, set, errorAt } = section
  const { fill } = practiceColours(given.brandColour)
  return (
    <SectionForm
      title="Colour"
      text="In the header of pages and mails, and on the client’s button. Empty takes Embark’s blue."
      section={section}
    >
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <TextInput
          label="Colour"
          placeholder="#0E4F4A"
          value={given.brandColour}
          onChange={(event) => set({ brandColour: event.currentTarget.value })}
          error={errorAt('brandColour')}
          flex={1}
        />
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

function Sender({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ senderName, replyTo }) => ({ senderName: senderName ?? '', replyTo: replyTo ?? '' }),
    ({ senderName, replyTo }) => ({ senderName: senderName.trim() || null, replyTo: replyTo.trim() || null }),
  )
  const { given, set, errorAt } = section
  return (
    <SectionForm title="Mails" section={section}>
      <TextInput
        label="Sender name"
        description={`Empty takes ${practice.name}.`}
        value={given.senderName}
        onChange={(event) => set({ senderName: event.currentTarget.value })}
        error={errorAt('senderName')}
      />
      <TextInput
        label="Reply-to"
        description="Where a client’s answer goes. Empty takes the notification address."
        type="email"
        value={given.replyTo}
        onChange={(event) => set({ replyTo: event.currentTarget.value })}
        error={errorAt('replyTo')}
      />
    </SectionForm>
  )
}
