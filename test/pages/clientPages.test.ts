import { describe, expect, test } from 'vitest'
import { renderClientPage } from '../../pages/client/render.tsx'
import type { ClientView } from '../../pages/client/view.ts'
import { bankConsent, consentVersion } from '../../pages/sharing.ts'
import { accessUntil, bank, behind, clientViews, invitation, noWords, tiles, token } from './clientViews.ts'

const all = Object.entries(clientViews)
const base = `/j/${token}`

/** The text a reader meets between the header and the foot, one space between words. */
function readable(html: string): string {
  return html
    .replace(/[\s\S]*<main[^>]*>/, '')
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<\/(p|h1|h2|button|li|label|small|div)>/g, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The attributes of every element of a kind, in order. */
function tags(html: string, element: string): Record<string, string>[] {
  return [...html.matchAll(new RegExp(`<${element}\\s[^>]*>`, 'g'))].map(([tag]) =>
    Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  )
}
const page = (name: string) => renderClientPage(clientViews[name]!)
const says = (name: string) => readable(page(name).html)

describe('every client page', () => {
  test.each(all)('%s: one document, one h1, no script, at most 30 kB', (_name, view) => {
    const { html } = renderClientPage(view)
    expect(html).toMatch(/^<!doctype html><html lang="en-GB"><head><meta charSet="utf-8"/)
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html.match(/<main/g)).toHaveLength(1)
    expect(html).toContain('href="#main"')
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=|<link|@import|url\(/i)
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(30_000)
  })

  test.each(all)('%s: whole words, no machine values', (_name, view) => {
    const text = readable(renderClientPage(view).html)
    expect(text).not.toMatch(/undefined|null|NaN|\[object|gave_up|!/)
    expect(text).not.toMatch(/\b(workflow|user|entity|onboard|oops|successfully|invalid|consent)\b/i)
    expect(text).not.toMatch(/['"]|--| ,| \./)
  })

  test.each(all)('%s: forms post to our own routes only, and one filled button at most', (_name, view) => {
    const { html } = renderClientPage(view)
    for (const form of tags(html, 'form').filter(({ method }) => method === 'post')) {
      expect(form.action).toMatch(
        /^(\/j\/[\w-]+\/(bank|books|accept|let-in|decline|new-link|stop-texts|tell|stop|sign-in|sign-out)|\/connect\/[\w-]+(\/(confirm|organisation|same-business))?|\/s\/[\w-]+|\/home\/(sign-in|sign-out|join\/[\w-]+|[\w-]{36}\/(stop|users(\/[\w-]+\/(role|remove|resend))?)))$/,
      )
    }
    expect(html.match(/class="go"/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  test('nothing that people are called can break out of the page', () => {
    const evil = '"><script>alert(1)</script><b>'
    const view: ClientView = {
      ...invitation,
      organisation: evil,
      inviter: evil,
      practice: { name: evil, colour: '#fff}</style><script>', logoSrc: null },
      bank: {
        ...bank,
        choice: { by: 'tiles', tiles: [{ id: evil, name: evil, troubleSince: null }], query: evil, all: false },
      },
    }
    const { html } = renderClientPage(view)
    expect(html).not.toMatch(/<script|<b>/)
    expect(html.match(/<\/style>/g)).toHaveLength(1)
  })

  test('all banks of a country still fit', () => {
    const many = Array.from({ length: 400 }, (_, index) => ({
      id: `ob-a-rather-long-provider-id-${index}`,
      name: `A Building Society of the Northern Parts ${index}`,
      troubleSince: null,
    }))
    const { html } = renderClientPage({
      ...invitation,
      bank: { ...bank, choice: { by: 'tiles', tiles: many, query: null, all: true } },
    })
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(30_000)
    expect(readable(html)).toContain('There are more banks than fit here: search for yours by name.')
  })

  test('the page most people see is about 10 kB with eight tiles and the QR code', () => {
    expect(Buffer.byteLength(page('invitation').html)).toBeLessThan(12_000)
  })

  test('the one style sheet is given beside the page, so that a policy can allow it by hash', () => {
    for (const [, view] of all) {
      const { html, css } = renderClientPage(view)
      expect(html.match(/<style>([\s\S]*?)<\/style>/)?.[1]).toBe(css)
    }
  })
})

describe('statuses', () => {
  test.each([
    ['invitation', 200],
    ['already accepted', 409],
    ['expired', 410],
    ['replaced', 410],
    ['declined', 410],
    ['cancelled', 410],
    ['gave up', 410],
    ['finished', 200],
    ['new link asked', 200],
    ['unknown link', 404],
    ['too many tries', 429],
    ['our fault', 500],
  ])('%s answers %i', (name, status) => {
    expect(page(name).status).toBe(status)
  })
})

describe('the invitation', () => {
  test('says who asks, what is shared, why, how long, how to stop and who connects', () => {
    expect(says('invitation')).toContain(
      'Step 1 of 1 · about 2 minutes Connect your bank for Harbour Bakery Ltd Rosa Marsh at Marsh & Lowe Accountants asks you to share your bank data with them. You need no password here. ' +
        'They see: account and holder names, sort codes, account numbers, for the accounts you pick at your bank. ' +
        'Why: So payment links on your invoices work and your books match your bank. ' +
        'How long: Until Monday 8 June 2026. After that only if you say yes again. ' +
        'To stop: Any time, on this page or in your bank’s app. It takes effect at once. ' +
        'Who connects: TrueLayer Limited, authorised by the Financial Conduct Authority (reference 901096). It can only read: nobody can move money or see your bank password. ' +
        'Choose your bank Choosing one accepts the invitation and opens TrueLayer, where you approve. Lloyds Bank Barclays HSBC UK Problems since 09:40, may fail',
    )
    expect(says('invitation')).toContain(
      'This link works until Tuesday 10 March 2026 at 14:02 (UK time). Not expecting this? Call Marsh & Lowe Accountants on a number you already have, before you choose anything. Sent by Embark, which works for Marsh & Lowe Accountants and isn’t itself authorised by the Financial Conduct Authority. Privacy · Accessibility',
    )
  })

  test('each bank is a submit button of one form', () => {
    const { html } = page('invitation')
    const inForm = html.split(`action="${base}/bank"`)
    expect(inForm).toHaveLength(2)
    const banks = tags(inForm[1]!.split('</form>')[0]!, 'button')
    expect(banks.map(({ type, name, value }) => [type, name, value])).toEqual(
      tiles.map(({ id }) => ['submit', 'bank', id]),
    )
  })

  test('searches by GET on the same page and lists every bank on request', () => {
    const { html } = page('invitation')
    expect(tags(html, 'form')).toContainEqual({ class: 'find', method: 'get', action: `${base}#banks` })
    expect(html).toContain(`href="${base}?all=1#banks"`)
    expect(says('invitation, unknown bank')).toContain(
      'We don’t know a bank called “<b>Bank of Mars</b>”. Check the spelling, or tell Marsh & Lowe Accountants which bank you use',
    )
    expect(tags(page('invitation, unknown bank').html, 'input')).toContainEqual({
      type: 'hidden',
      name: 'text',
      value: '&lt;b&gt;Bank of Mars&lt;/b&gt;',
    })
  })

  test('made through a key, it names the practice alone', () => {
    expect(says('invitation through a key')).toContain('Marsh & Lowe Accountants asks you to share')
    expect(says('invitation through a key')).not.toContain(' at Marsh')
  })

  test('a link from a text can stop the texts', () => {
    expect(says('invitation from a text')).toContain('Stop texts to this number')
    expect(says('invitation')).not.toContain('Stop texts')
  })

  test('where the connector asks itself there is one button instead of tiles, under the same consent', () => {
    expect(says('invitation, connector asks')).toContain('Accept and continue to TrueLayer')
    expect(says('invitation, connector asks')).toContain('They see: account and holder names')
    expect(page('invitation, connector asks').html).not.toContain('name="bank"')
  })

  test('to join only, it asks for nothing but a yes', () => {
    expect(says('join')).toContain('Join Harbour Bakery Ltd')
    expect(page('join').html).toContain(`action="${base}/accept"`)
    expect(says('join')).not.toContain('They see')
  })
})

describe('the consent wording', () => {
  const rows = (scopes: (typeof bank.ask.scopes)[number][], until: number | null = accessUntil) =>
    bankConsent({ ...bank.ask, scopes, transactionMonths: 12, accessUntil: until }, noWords, 'Europe/London')
  const seen = (...scopes: (typeof bank.ask.scopes)[number][]) => rows(scopes)[0]?.text

  test('lists what is asked and nothing else', () => {
    expect(seen('accounts')).toBe('account names, sort codes, account numbers, for the accounts you pick at your bank.')
    expect(seen('info', 'accounts', 'balance', 'transactions')).toBe(
      'account and holder names, sort codes, account numbers, balances, 12 months of transactions and new ones, for the accounts you pick at your bank.',
    )
    expect(rows(['accounts'], null)[2]?.text).toBe('Once, today. We can’t look again.')
  })

  test('takes the practice’s reason', () => {
    const [, why] = bankConsent(
      bank.ask,
      { reasonBank: 'So we can file your VAT.', reasonBooks: null },
      'Europe/London',
    )
    expect(why).toEqual({ label: 'Why', text: 'So we can file your VAT.' })
  })

  test('has a version that changes with its words', () => {
    expect({ consentVersion, rows: rows(['info', 'accounts', 'balance', 'transactions']) }).toMatchSnapshot()
  })
})

describe('the other pages', () => {
  test.each(all)('%s reads as agreed', (name) => {
    const main = page(name).html.replace(/<footer[\s\S]*/, '')
    expect(readable(main)).toMatchSnapshot()
  })

  test('the forms behind "not for you" tell the practice', () => {
    const fields = (name: string) =>
      tags(page(name).html, '(?:input|textarea)').map((field) => field.value ?? field.name)
    expect(fields('wrong company')).toEqual(['not_my_company', 'text'])
    expect(fields('wrong person')).toEqual(['not_the_right_person', 'name', 'email'])
    expect(fields('decline')).toEqual(['reason'])
    expect(fields('decline after accepting')).toEqual(['no_wish_to_share', 'text'])
    expect(tags(page('decline').html, 'form')[0]?.action).toBe(`${base}/decline`)
  })

  test('a return in another browser stores nothing before yes', () => {
    const { html } = page('confirm return')
    expect(tags(html, 'input').map(({ name, value }) => [name, value])).toEqual([
      ['answer', 'yes'],
      ['answer', 'no'],
    ])
    expect(says('confirm return')).toContain('Nothing is saved until then.')
  })

  test('times are the practice’s', () => {
    const dublin = renderClientPage({
      ...behind,
      zone: 'Europe/Dublin',
      page: 'expired',
      expiredAt: 0,
      sentBy: 'email',
    })
    expect(readable(dublin.html)).toContain('Thursday 1 January 1970 at 01:00 (Dublin time)')
  })
})
