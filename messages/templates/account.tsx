import { ROLE_WORDS } from '../../domain/practice/rightWords.ts'
import { USER_ROLE_WORDS } from '../../domain/practice/users.ts'
import { seesAllClients } from '../../domain/rights.ts'
import { clientClock, clientInstant } from '../../domain/words/dates.ts'
import { takeOverSentence } from '../../domain/words/takeOver.ts'
import { Action, P } from './frame.tsx'
import type { MailParts } from './parts.tsx'
import type { AccountMail, MailPractice, SignInChange } from './view.ts'
import { subjectName, words } from './words.ts'

/** The practice's place in mails from Embark itself. */
export const EMBARK: MailPractice = { name: 'Embark', address: null, colour: null, logoUrl: null }

/** Returns the parts of a mail about a person's own sign-in. */
export function accountMail(view: AccountMail): MailParts {
  switch (view.mail) {
    case 'confirm-email':
      return {
        subject: 'Confirm your email',
        preheader: 'Works for 30 minutes.',
        body: (
          <>
            <Action practice={EMBARK} href={view.actionUrl} label={`Confirm ${view.email}`} />
            <P>Works for 30 minutes.</P>
            <P>{words.ignore}</P>
          </>
        ),
      }
    case 'reset-password':
      return {
        subject: 'Reset your Embark password',
        preheader: 'Works for 30 minutes.',
        body: (
          <>
            <Action practice={EMBARK} href={view.actionUrl} label="Choose a new password" />
            <P>Works for 30 minutes and ends other sessions.</P>
            <P>{words.ignore}</P>
          </>
        ),
      }
    case 'wrong-passwords':
      return {
        subject: 'Wrong passwords for your Embark sign-in',
        preheader: 'Nobody got in. You can sign in as always.',
        body: (
          <>
            <P>
              Somebody gave several wrong passwords for {view.email}, the last at {clientInstant(view.at, view.zone)}
              {view.from && ` from ${view.from}`}. They did not get in, and have to wait now. Browsers you have signed
              in with are not kept out.
            </P>
            <P>Was it you? Then there is nothing to do. If you use the password elsewhere too, choose another.</P>
            <Action practice={EMBARK} href={view.actionUrl} label="Choose a new password" />
          </>
        ),
      }
    case 'known-email':
      return {
        subject: 'You can sign in already',
        preheader: 'This address has a sign-in.',
        body: (
          <>
            <P>
              Somebody asked to sign up at Embark with {view.email}, which has a sign-in already. Nothing was changed.
            </P>
            <Action practice={EMBARK} href={view.actionUrl} label="Sign in" />
            <P>{words.ignore}</P>
          </>
        ),
      }
    case 'colleague':
      return colleague(view)
    case 'support-asks':
      return {
        subject: 'Embark support asks to look in',
        preheader: `${view.asker} asks for ${view.hours} hours. You decide.`,
        body: (
          <>
            <P>
              {view.asker} of Embark support asks to look into {view.practice.name} for {view.hours} hours, to help with
              a client. Nobody of support sees your clients until you say yes.
            </P>
            <P>Whatever support opens or does is recorded and shown to you. You can end it at any time.</P>
            <Action practice={EMBARK} href={view.actionUrl} label="Decide in Settings" />
          </>
        ),
      }
    case 'take-over': {
      const asked = takeOverSentence(view)
      return {
        subject: asked,
        preheader: 'Nothing changes until you have signed in.',
        body: (
          <>
            <P>
              {asked}. Each client is switched once your sign-in has read it. Those that it can’t reach stay where they
              are.
            </P>
            <Action practice={view.practice} href={view.actionUrl} label={`Sign in to ${view.software}`} />
          </>
        ),
      }
    }
    case 'sign-in-changed': {
      const { subject, sentence } = SIGN_IN_CHANGES[view.what]
      return {
        subject,
        preheader: 'Was it you? Then there is nothing to do.',
        body: (
          <>
            <P>
              {sentence} on {clientInstant(view.at, 'UTC')}.
            </P>
            <P>Wasn’t it you? Choose a new password now. That signs everybody out who is signed in as you.</P>
            <Action practice={EMBARK} href={view.actionUrl} label="Choose a new password" />
          </>
        ),
      }
    }
    case 'practice-changed':
      return practiceChanged(view)
    case 'sign-in-link':
      return {
        subject: 'Your sign-in link',
        preheader: 'Works once, for 15 minutes.',
        body: (
          <>
            <Action practice={EMBARK} href={view.actionUrl} label="Sign in" />
            <P>Asked for at {clientClock(view.askedAt, view.zone)}. Not you? Ignore this.</P>
          </>
        ),
      }
    case 'user':
      return user(view)
  }
}

const SIGN_IN_CHANGES: Record<SignInChange, { subject: string; sentence: string }> = {
  password: {
    subject: 'Your Embark password was changed',
    sentence: 'Your password was changed, and every other device signed out,',
  },
  second_factor_on: {
    subject: 'Your second factor was switched on',
    sentence: 'A second factor was set up for your sign-in, and every other device signed out,',
  },
  second_factor_off: {
    subject: 'Your second factor was switched off',
    sentence: 'The second factor of your sign-in was switched off',
  },
  recovery_codes: {
    subject: 'You have new recovery codes',
    sentence: 'The recovery codes of your sign-in were replaced',
  },
}

function practiceChanged(view: Extract<AccountMail, { mail: 'practice-changed' }>): MailParts {
  const { practice, by, at, zone } = view
  const { subject, sentence, label } = practiceChangeWords(view)
  return {
    subject,
    preheader: `By ${by}. Expected? Then there is nothing to do.`,
    body: (
      <>
        <P>
          {by} {sentence} on {clientInstant(at, zone)}.
        </P>
        <P>Not expected? Look at it now, and ask {by}.</P>
        <Action practice={practice} href={view.actionUrl} label={label} />
      </>
    ),
  }
}

function practiceChangeWords(view: Extract<AccountMail, { mail: 'practice-changed' }>) {
  const name = subjectName(view.practice.name)
  switch (view.what) {
    case 'api_key_made':
      return {
        subject: `An API key was created at ${name}`,
        sentence: `created the API key “${view.name}” at ${view.practice.name}`,
        label: 'See API keys',
      }
    case 'sign_on_changed':
      return {
        subject: `Single sign-on was changed at ${name}`,
        sentence: `changed single sign-on at ${view.practice.name}`,
        label: 'See single sign-on',
      }
    case 'sign_on_ended':
      return {
        subject: `Single sign-on was ended at ${name}`,
        sentence: `ended single sign-on at ${view.practice.name}; people sign in by password again,`,
        label: 'See single sign-on',
      }
    case 'second_factor_required':
      return {
        subject: `${name} asks everyone to use a second factor`,
        sentence: `made a second factor necessary for everyone at ${view.practice.name}`,
        label: 'See the team',
      }
    case 'second_factor_free':
      return {
        subject: `${name} no longer asks for a second factor`,
        sentence: `made a second factor optional at ${view.practice.name}`,
        label: 'See the team',
      }
  }
}

function colleague(view: Extract<AccountMail, { mail: 'colleague' }>): MailParts {
  const { practice, inviter, role } = view
  const sees = seesAllClients(role) ? `all clients of ${practice.name}` : 'the clients you are given access to'
  return {
    subject: `Join ${subjectName(practice.name)} on Embark`,
    preheader: `${inviter ?? practice.name} added you as ${ROLE_WORDS[role]}.`,
    body: (
      <>
        <P>You’ll see {sees}.</P>
        <Action practice={practice} href={view.actionUrl} label="Set up your sign-in" />
        <P>Works until {clientInstant(view.expiresAt, view.zone)}.</P>
      </>
    ),
  }
}

function user(view: Extract<AccountMail, { mail: 'user' }>): MailParts {
  const { practice, organisation, inviter, role } = view
  return {
    subject: `Join ${subjectName(organisation)} on Embark`,
    preheader: `${inviter ?? practice.name} added you as ${USER_ROLE_WORDS[role]}.`,
    body: (
      <>
        <P>
          You’ll see what {organisation} shares with {practice.name}, and can stop it. You need no password.
        </P>
        <Action practice={practice} href={view.actionUrl} label={words.join(organisation)} />
        <P>Works until {clientInstant(view.expiresAt, view.zone)}.</P>
      </>
    ),
  }
}
