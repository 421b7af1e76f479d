import { describe, expect, test } from 'vitest'
import { contrast, practiceColours } from '../../domain/fields/colour.ts'
import { renderMail } from '../../messages/templates/render.tsx'
import { invitationMail, mailViews } from './mailViews.ts'

const all = Object.entries(mailViews)
const clients = all.filter(([, view]) => 'recipient' in view)

const strangers = all.filter(([, view]) => view.mail === 'colleague' || view.mail === 'user')

/** Replaces every name in the view, because other people choose each of them. */
function named<View extends object>(view: View, name: string): View {
  const names = new Set(['name', 'inviter', 'organisation', 'first', 'bankName', 'connectedBank', 'message', 'label'])
  const entries = Object.entries(view).map(([key, value]) => {
    if (typeof value === 'string' && names.has(key)) return [key, name]
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value)
    return [key, nested ? named(value, name) : value]
  })
  return Object.fromEntries(entries)
}

/** Returns the words of the HTML that a reader sees, without tags, addresses and the preheader. */
function visibleWords(html: string): string {
  return html
    .replace(/<head>[\s\S]*?<\/head>/, '')
    .replace(/<div[^>]*data-skip-in-text[\s\S]*?<\/div><\/div>/, '')
    .replace(/<p[^>]*data-skip-in-text[\s\S]*?<\/p>/g, '')
    .replace(/<!--\[if[\s\S]*?endif\]-->/g, '')
    .replace(/<!--.*?-->/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, '&')
}
const squeeze = (text: string) => text.replace(/<https:[^>]+>|https:\S+/g, '').replace(/\s+/g, '')

describe('mails', () => {
  test.each(all)('%s: the text says the HTML word for word', async (_name, view) => {
    const { html, text } = await renderMail(view)
    expect(squeeze(text)).toBe(squeeze(visibleWords(html)))
  })

  test.each(all)('%s: the same twice, to the byte', async (_name, view) => {
    expect(await renderMail(structuredClone(view))).toEqual(await renderMail(view))
  })

  test.each(all)('%s: no gap, no straight quotes, no tracking, no address but ours', async (_name, view) => {
    const { subject, html, text } = await renderMail(view)
    for (const part of [subject, text, html]) expect(part).not.toMatch(/undefined|null|NaN|\[object|!\s/)
    expect(`${subject}\n${text}`).not.toMatch(/['"]|--| ,| \./)
    expect(html).not.toMatch(/<img/)
    const hrefs = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1])
    expect(hrefs.every((href) => href?.startsWith('https://embark.example/'))).toBe(true)
    expect(html.length).toBeLessThan(20_000)
  })

  test.each(clients)('%s: says who sends it and has a way out', async (_name, view) => {
    const { text } = await renderMail(view)
    expect(text).toContain(
      'Sent by Embark for Marsh & Lowe Accountants, 4 Quay Street, Bristol BS1 4DJ, to jo@harbour.example. Not for you?',
    )
    expect(text).toMatch(/Not for you\? <https:\S+\/wrong-person>$/)
  })

  test('the invitation names who invites, what to do, until when, and how to be sure', async () => {
    const { subject, text } = await renderMail(mailViews['invitation with a message and a text']!)
    expect(subject).toBe('Join Harbour Bakery Ltd: invitation from Marsh & Lowe Accountants')
    expect(text.split('\n\n').slice(1, -1)).toEqual([
      'Hello Jo,',
      'Rosa Marsh at Marsh & Lowe Accountants invites you to join Harbour Bakery Ltd on Embark, a service they use to connect with their clients, and to connect its bank.',
      'Why: To link your bank to your books.',
      '“Hi Jo,\nas we discussed.',
      'Rosa”',
      'Choose your bank and approve there. It takes about two minutes and you don’t need a new password.',
      'Connect the bank https://embark.example/j/q7Zr2mKx9LwPf4TbVn8cYd',
      'The link works until Tuesday 10 March 2026 at 14:02 (UK time) and is only for you. We also sent a text to the number ending 123. Use either; the other one then stops working.',
      'Not sure this is real? Call them on a number you already have.',
    ])
  })

  test('every account stands in the mail that says all is done, with where to stop, and a word of what comes next', async () => {
    const { text } = await renderMail({
      ...(mailViews.done as typeof mailViews.done & { mail: 'done' }),
      setupGuide: null,
    })
    for (const line of [
      'Business Current ••••5678, 12-34-56',
      'Business Savings ••••1111',
      'Tax ••••2222',
      'Euro account',
    ]) {
      expect(text).toContain(line)
    }
    expect(text).not.toContain('more')
    expect(text).toContain('(any time, at embark.example/home, with this email address)')
    expect(text).toContain('What happens next')
    expect(text).toContain('Keep sending receipts and invoices as you do today')
  })

  test.each(all.filter(([name]) => name.startsWith('alone')))(
    '%s: names no company to a person',
    async (_name, view) => {
      const { subject, text } = await renderMail(view)
      expect(`${subject} ${text}`).not.toMatch(/Ada Whitlock|company|its bank/)
    },
  )

  test('why the bank is asked names payments only where the practice takes them', async () => {
    const says = async (payments: boolean) => (await renderMail({ ...invitationMail, payments })).text
    expect(await says(false)).toContain('Why: To link your bank to your books.')
    expect(await says(true)).toContain('Why: To put payment links on your invoices and match what is paid.')
    expect(await says(false)).not.toContain('payment')
  })

  test('without a person the practice invites by itself', async () => {
    const { text } = await renderMail({ ...invitationMail, inviter: null })
    expect(text).toContain('Marsh & Lowe Accountants invites you to join')
    expect(text).not.toContain(' at Marsh')
  })

  test.each([...clients, ...strangers])('%s: a link in a name is no link for a mail program', async (_name, view) => {
    const { subject, html, text } = await renderMail(
      named(view, 'Win at http://evil.example/x www.evil.top me@evil.ru'),
    )
    // The words without our own links and the reader's own address.
    const words = `${subject}\n${text}\n${visibleWords(html)}`
      .replace(/(https:\/\/)?embark\.example\/\S*/g, '')
      .replaceAll('recipient' in view ? view.recipient.email : 'email' in view ? (view.email ?? '') : '', '')
    expect(words).toContain('evil')
    expect(words).not.toMatch(/:\/\/|[\p{L}\d]\.\p{L}{2}|@[\p{L}\d]/u)
  })

  test('names that hold no link stay to the letter', async () => {
    const organisation = 'St. Mary’s 24/7 (No. 1.5) & J.P. Sons: a/b'
    const { text } = await renderMail({ ...invitationMail, organisation })
    expect(text).toContain(`join ${organisation} on Embark`)
  })

  test('names are escaped in the page, and one short line in the subject', async () => {
    const organisation = `<b>"A & B"</b>\r\nBcc: eve@evil.example ${'long '.repeat(30)}`
    const { subject, html } = await renderMail({
      ...invitationMail,
      organisation,
      message: '<script>alert(1)</script>',
    })
    expect(html).not.toMatch(/<b>|<script/)
    expect(html).toContain('&lt;b&gt;&quot;A &amp; B&quot;&lt;/b&gt;')
    expect(subject).not.toMatch(/[\r\n]/)
    const name = subject.slice('Join '.length, subject.indexOf(': invitation'))
    expect([...name].length).toBeLessThanOrEqual(60)
    expect(name).toMatch(/…$/)
  })

  test('the subjects', async () => {
    const subjects = await Promise.all(all.map(async ([name, view]) => `${name}: ${(await renderMail(view)).subject}`))
    expect(subjects).toMatchSnapshot()
  })
})

describe('the practice’s colour', () => {
  test('always carries readable text, and a border where it would vanish', () => {
    for (const colour of [
      '#0F4C5C',
      '#FFFFFF',
      '#000000',
      '#777777',
      '#FFD400',
      '#f0f0f0',
      'red; } body { display:none',
      null,
    ]) {
      const { fill, onFill, edgeOnLight, edgeOnDark } = practiceColours(colour)
      expect(fill).toMatch(/^#[0-9a-f]{6}$/i)
      expect(contrast(fill, onFill)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(edgeOnLight, '#F6F7F9')).toBeGreaterThanOrEqual(3)
      expect(contrast(edgeOnDark, '#0F1318')).toBeGreaterThanOrEqual(3)
    }
  })
})
