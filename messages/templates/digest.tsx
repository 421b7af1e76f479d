import { listed } from '../../domain/practice/rightWords.ts'
import { shortDay, sinceWords } from '../../domain/words/dates.ts'
import { typeset } from '../../domain/words/sentence.ts'
import { A, Action, Heading, P } from './frame.tsx'
import type { MailParts } from './parts.tsx'
import type { DigestMail } from './view.ts'
import { subjectName } from './words.ts'

/** Returns the parts of a colleague's digest: clients that need them, what happened, and what is due. */
export function digestMail(view: DigestMail): MailParts {
  const { needing, needs, was, will, named } = view
  const names = needs.map(({ client }) => client)
  const more = needing - needs.length
  return {
    subject: `Embark, ${shortDay(view.now, view.zone)}: ${needing} ${needing === 1 ? 'needs' : 'need'} you`,
    preheader: `${listed(names.map(subjectName), PREHEADER_NAMES, needing)}.`,
    body: (
      <>
        <Heading>Needs you</Heading>
        {needs.map(({ client, situation, since, url }) => (
          <P key={url}>
            <A href={url}>{client}</A>: {typeset(situation)}, since {sinceWords(since, view.now, view.zone)}
          </P>
        ))}
        {more > 0 && <P>And {more} more.</P>}
        <Heading>{view.since === 'friday' ? 'Since Friday' : 'Yesterday'}</Heading>
        <P>
          {was.invited} invited, {was.accepted} accepted, {was.banks} {was.banks === 1 ? 'bank' : 'banks'} connected,{' '}
          {was.completed} completed
        </P>
        {named.map(({ what, clients }) => (
          <P key={what}>
            {what}: {listed(clients.map(subjectName), NAMED)}
          </P>
        ))}
        <Heading>Today</Heading>
        <P>
          {will.reminders} {will.reminders === 1 ? 'reminder goes' : 'reminders go'} out, {will.expiries}{' '}
          {will.expiries === 1 ? 'link expires' : 'links expire'}
        </P>
        <Action practice={view.practice} href={view.openUrl} label="Open Clients" />
        <P>
          <A href={view.settingsUrl}>Change what you get</A>
        </P>
      </>
    ),
  }
}

const PREHEADER_NAMES = 3
const NAMED = 2
