import { usualSetupGuide } from '../../../domain/fields/setupGuide.ts'
import { PREVIEWS, type PreviewForm, type PreviewKind } from '../../../domain/practice/previews.ts'
import { inMails } from '../../../messages/compose/brand.ts'
import type { TextView } from '../../../messages/templates/texts.ts'
import type { ClientMail, ToClient } from '../../../messages/templates/view.ts'
import { onPages } from '../../../pages/brand.ts'
import type { BankStep, Behind, ClientView } from '../../../pages/client/view.ts'
import { wordsOf } from '../../client/pageFor.ts'
import type { PreviewSource } from './previewSource.ts'

type WithForm<Form> = { [K in PreviewKind]: Form extends (typeof PREVIEWS)[K][number] ? K : never }[PreviewKind]
type WithPage = WithForm<'page'>
type WithText = WithForm<'text'>

const hasForm = (kind: PreviewKind, form: PreviewForm) => (PREVIEWS[kind] as readonly PreviewForm[]).includes(form)
export const hasPage = (kind: PreviewKind): kind is WithPage => hasForm(kind, 'page')
export const hasText = (kind: PreviewKind): kind is WithText => hasForm(kind, 'text')

const ACCOUNTS = [{ name: 'Business Current', last4: '5678', sortCode: '123456' }]

/** Returns the mail that a client would get. */
export function mailOf(kind: PreviewKind, source: PreviewSource): ClientMail {
  const { practice, organisation, person, inviter, contact, expiresAt, now, acceptedAt, bankName, ask } = source
  const shared: ToClient = {
    practice: inMails(practice, source.publicUrl),
    inviter,
    organisation,
    person,
    zone: practice.timeZone,
    recipient: { first: contact.first, email: contact.email },
    linkUrl: `${source.publicUrl}${source.base}`,
  }
  const asked = source.asksBank ? ('bank' as const) : ('join' as const)
  switch (kind) {
    case 'invitation': {
      const { reasonBank } = practice
      const { message, payments } = source
      return {
        ...shared,
        mail: 'invitation',
        asked,
        reasonBank,
        payments,
        message,
        expiresAt,
        textedLast3: contact.last3,
      }
    }
    case 'reminder_1':
      return { ...shared, mail: 'reminder', number: 1, asked, expiresAt, now }
    case 'reminder_2':
      return { ...shared, mail: 'reminder', number: 2, asked, expiresAt, now }
    case 'reminder_3':
      return { ...shared, mail: 'reminder', number: 3, asked, expiresAt, now }
    case 'bank_left': {
      const lastTry = { outcome: 'stopped' as const, at: bankName }
      return { ...shared, mail: 'after-accepting', step: 'bank', acceptedAt, lastTry }
    }
    case 'books_left':
      return { ...shared, mail: 'after-accepting', step: 'books', acceptedAt, lastTry: null }
    case 'new_link':
      return { ...shared, mail: 'new-link', asked, askedBy: 'practice', expiresAt }
    case 'expired':
      return { ...shared, mail: 'expired', expiresAt: source.expiredAt }
    case 'withdrawn':
      return { ...shared, mail: 'withdrawn', connectedBank: null }
    case 'done': {
      const { setupGuide } = practice
      return { ...shared, mail: 'done', shared: { accounts: ACCOUNTS, bankName, until: ask.accessUntil }, setupGuide }
    }
  }
}

/** Returns the text that a client would get. */
export function textOf(kind: WithText, source: PreviewSource): TextView {
  const { practice, organisation, person, expiresAt, asksBank } = source
  const shared = {
    practice: practice.name,
    organisation,
    isPerson: person !== null,
    link: `${source.publicUrl}${source.base}`,
  }
  const until = { expiresAt, zone: practice.timeZone }
  switch (kind) {
    case 'invitation':
      return { ...shared, ...until, text: asksBank ? 'invitation' : 'join' }
    case 'reminder_1':
    case 'reminder_2':
      return { ...shared, ...until, text: asksBank ? 'reminder' : 'join-reminder' }
    case 'reminder_3':
      return { ...shared, ...until, text: 'last-reminder' }
    case 'bank_left':
      return { ...shared, text: 'after-accepting', step: 'bank' }
    case 'books_left':
      return { ...shared, text: 'after-accepting', step: 'books' }
    case 'new_link':
      return { ...shared, ...until, text: 'new-link' }
  }
}

/** Returns the page that a client would see. */
export function pageOf(kind: WithPage, source: PreviewSource): ClientView {
  const { practice, organisation, person, inviter, now, acceptedAt, bankName, base, asksBooks } = source
  const behind: Behind = {
    practice: onPages(practice),
    organisation,
    person,
    zone: practice.timeZone,
    base,
  }
  const words = wordsOf(source)
  const foot = { now, worksUntil: source.expiresAt, textedNumber: null }
  const manageHref = `${base}/stop`
  switch (kind) {
    case 'invitation': {
      if (source.asksBank)
        return { ...behind, ...foot, page: 'invitation', inviter, bank: bankOf(source), existing: null }
      return { ...behind, ...foot, page: 'join', inviter, steps: asksBooks ? 1 : 0, existing: null }
    }
    case 'bank_left': {
      const lastTry = { outcome: 'stopped' as const, at: bankName }
      const rest = { ...foot, worksUntil: null, acceptedAt, lastTry, bank: bankOf(source), booksDone: false }
      return { ...behind, ...rest, page: 'resume-bank' }
    }
    case 'books_left': {
      const bankConnected = source.asksBank
      const steps = bankConnected ? (2 as const) : (1 as const)
      const rest = {
        ...foot,
        worksUntil: null,
        ledgers: source.ledgers,
        steps,
        bankConnected,
        lastTry: null,
        manageHref,
      }
      return { ...behind, ...rest, page: 'resume-books', words }
    }
    case 'expired':
      return { ...behind, page: 'expired', expiredAt: source.expiredAt, sentBy: 'email', canSend: true }
    case 'withdrawn':
      return { ...behind, page: 'cancelled', connected: [], manageHref: null }
    case 'done':
      return {
        ...behind,
        page: 'done',
        setupGuide: practice.setupGuide ?? usualSetupGuide(practice.name),
        shared: [{ id: 'example', name: bankName, kind: 'bank', accounts: ACCOUNTS, until: source.ask.accessUntil }],
        manageHref,
        hint: { home: `${new URL(source.publicUrl).host}/home`, email: source.contact.email },
      }
  }
}

function bankOf(source: PreviewSource): BankStep {
  const { ask, choice, asksBooks, publicUrl, base } = source
  return {
    ask,
    choice,
    words: wordsOf(source),
    steps: asksBooks ? 2 : 1,
    qrUrl: `${publicUrl}${base}`,
  }
}
