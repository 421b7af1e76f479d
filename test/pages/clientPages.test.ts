import { describe, expect, test } from 'vitest'
import { CONSENT_WORDING } from '../../domain/events.ts'
import { renderClientPage } from '../../pages/client/render.tsx'
import type { ClientView } from '../../pages/client/view.ts'
import { bankConsent } from '../../pages/consent.ts'
import { accessUntil, bank, behind, clientViews, invitation, noWords, tiles, token } from './clientViews.ts'

const all = Object.entries(clientViews)
const base = `/j/${token}`

/** Returns the text between the header and the foot, with single spaces. */
function readable(html: string): string {
  return html
    .replace(/[\s\S]*<main[^>]*>/, '')
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<i [^>]*>.<\/i>/g, '')
    .replace(/<\/(p|h1|h2|h3|h4|button|li|label|small|div|summary)>/g, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Returns the attributes of every element of a kind, in order. */
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
        /^(\/j\/[\w-]+\/(bank|check|all-banks|books|accept|let-in|decline|new-link|stop-texts|tell|stop|keep|closed|choose-again|sign-in|sign-out)|\/connect\/[\w-]+(\/(confirm|organisation|same-business))?|\/s\/[\w-]+|\/home\/(sign-in|sign-out|join\/[\w-]+|[\w-]{36}\/(stop|connect|all-banks|integrations|users(\/[\w-]+\/(role|remove|resend))?)))$/,
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
        choice: { by: 'tiles', tiles: [{ id: evil, name: evil, failsSince: null }], query: evil, all: false },
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
      failsSince: null,
    }))
    const { html } = renderClientPage({
      ...invitation,
      bank: { ...bank, choice: { by: 'tiles', tiles: many, query: null, all: true } },
    })
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(30_000)
    expect(readable(html)).toContain('There are more banks than fit here: search for yours by name.')
  })

  test('the page most people see is about 12 kB without marks with eight tiles and the QR code', () => {
    expect(Buffer.byteLength(page('invitation').html)).toBeLessThan(13_500)
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
  const said =
    'They see: names, sort codes and numbers of the accounts you pick. Why: To link your bank to your books. '
  const full =
    'They see: account and holder names, sort codes, account numbers, for the accounts you pick at your bank. ' +
    'Why: To link your bank to your books. ' +
    'How long: Until 8 June 2026. After that only if you say yes again. ' +
    'To stop: Any time, on this page or in your bank’s app. It takes effect at once. ' +
    'Who connects: TrueLayer Limited, authorised by the Financial Conduct Authority (reference 901096). It can only read: nobody can move money or see your bank password. '

  test('says who asks, what is shared, why, how long, how to stop and who connects', () => {
    expect(says('invitation')).toContain(
      'Connect your bank for Harbour Bakery Ltd Rosa Marsh at Marsh & Lowe Accountants asks to see your bank accounts. Nobody can move money. ' +
        `${said}Until: 8 June 2026. Stop any time. What you agree to, in full ${full}` +
        'Choose your bank Choose one to accept the invitation. You approve with TrueLayer (FCA authorised). It takes about two minutes. ' +
        'Lloyds Bank Barclays HSBC UK Problems since 09:40, may fail',
    )
    expect(says('invitation')).toContain(
      'This link works until Tuesday 10 March 2026 at 14:02 (UK time). Not expecting this? Call Marsh & Lowe Accountants on a number you already have, before you choose anything. Sent by Embark, which works for Marsh & Lowe Accountants and isn’t itself authorised by the Financial Conduct Authority. Privacy · Accessibility',
    )
  })

  test('has at most 80 words before the first bank, and counts steps only when there are two', () => {
    const before = says('invitation').replace(`${full}`, '').split('Lloyds Bank')[0]!
    expect(before.trim().split(/\s+/).length).toBeLessThanOrEqual(80)
    expect(says('invitation')).not.toContain('Step 1')
    const two = renderClientPage({ ...invitation, bank: { ...bank, steps: 2 } })
    expect(readable(two.html)).toContain('Step 1 of 2 Connect your bank')
  })

  test('banks carry their marks in the page itself, and a letter where there is none, within 30 kB', () => {
    // The largest possible mark.
    const mark = `data:image/png;base64,${'A'.repeat(1_336)}`
    const marked = tiles.map((tile, n) => (n === 1 ? tile : { ...tile, mark }))
    const html = (choice: typeof bank.choice) => renderClientPage({ ...invitation, bank: { ...bank, choice } }).html
    const few = html({ by: 'tiles', tiles: marked, query: null, all: false })
    expect(few.match(/<img src="data:/g)).toHaveLength(7)
    expect(few).toContain('<i aria-hidden="true">B</i>')
    expect(Buffer.byteLength(few)).toBeLessThanOrEqual(30_000)
    const found = Array.from({ length: 40 }, (_, n) => ({ ...marked[0]!, id: `ob-${n}` }))
    expect(Buffer.byteLength(html({ by: 'tiles', tiles: found, query: 'bank', all: false }))).toBeLessThanOrEqual(
      30_000,
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
      'We don’t know a bank called “<b>Bank of Mars</b>”. Check the spelling, choose one below, or tell Marsh & Lowe Accountants which bank you use Lloyds Bank',
    )
    expect(tags(page('invitation, unknown bank').html, 'input')).toContainEqual({
      type: 'hidden',
      name: 'text',
      value: '&lt;b&gt;Bank of Mars&lt;/b&gt;',
    })
  })

  test('made through a key, it names the practice alone', () => {
    expect(says('invitation through a key')).toContain('Marsh & Lowe Accountants asks to see your bank accounts')
    expect(says('invitation through a key')).not.toContain(' at Marsh')
  })

  test('a link from a text can stop the texts', () => {
    expect(says('invitation from a text')).toContain('Stop texts to this number')
    expect(says('invitation')).not.toContain('Stop texts')
  })

  test('with two connectors it names both, in the lead to the banks and in the consent', () => {
    expect(says('invitation, two connectors')).toContain('You approve with TrueLayer or Plaid (FCA authorised).')
    expect(says('invitation, two connectors')).toContain(
      'Whichever reaches your bank: TrueLayer Limited (reference 901096) or Plaid Financial Ltd. (reference 804718), each authorised by the Financial Conduct Authority. It can only read',
    )
    expect(says('invitation')).toContain(
      'TrueLayer Limited, authorised by the Financial Conduct Authority (reference 901096). It',
    )
  })

  test('a connector that asks for the bank itself gets one button instead of tiles, under the same consent', () => {
    expect(says('invitation, connector asks')).toContain('Accept and continue to TrueLayer')
    expect(says('invitation, connector asks')).toContain('They see: names, sort codes and numbers')
    expect(page('invitation, connector asks').html).not.toContain('name="bank"')
  })

  test('to join only, it asks for nothing but a yes', () => {
    expect(says('join')).toContain('Join Harbour Bakery Ltd')
    expect(page('join').html).toContain(`action="${base}/accept"`)
    expect(says('join')).not.toContain('They see')
  })
})

describe('the consent wording', () => {
  const asked = (scopes: (typeof bank.ask.scopes)[number][], until: number | null = accessUntil) =>
    bankConsent({ ...bank.ask, scopes, transactionMonths: 12, accessUntil: until }, noWords, 'Europe/London')
  const seen = (...scopes: (typeof bank.ask.scopes)[number][]) => {
    const { short, full } = asked(scopes)
    return [short[0]?.text, full[0]?.text]
  }

  test('lists what is asked and nothing else, in short and in full', () => {
    expect(seen('accounts')).toEqual([
      'names, sort codes and numbers of the accounts you pick.',
      'account names, sort codes, account numbers, for the accounts you pick at your bank.',
    ])
    expect(seen('info', 'accounts', 'balance', 'transactions')).toEqual([
      'names, sort codes and numbers, balances and 12 months of transactions of the accounts you pick.',
      'account and holder names, sort codes, account numbers, balances, 12 months of transactions and new ones, for the accounts you pick at your bank.',
    ])
    expect(asked(['accounts'], null).short[2]).toEqual({ label: 'How often', text: 'Once, today.' })
    expect(asked(['accounts'], null).full[2]?.text).toBe('Once, today. We can’t look again.')
  })

  test('takes the practice’s reason, and promises payment links only with the solution for it', () => {
    const why = (words: Partial<typeof noWords>) =>
      bankConsent(bank.ask, { ...noWords, ...words }, 'Europe/London').short[1]?.text
    expect(why({ reasonBank: 'To file your VAT' })).toBe('To file your VAT.')
    expect(why({})).toBe('To link your bank to your books.')
    expect(why({ payments: true })).toBe('To put payment links on your invoices and match what is paid.')
  })

  test('has a version that changes with its words', () => {
    expect({ version: CONSENT_WORDING, ...asked(['info', 'accounts', 'balance', 'transactions']) }).toMatchSnapshot()
  })
})

describe('what a client meets', () => {
  test.each(['bank connected', 'sharing', 'done, with what is shared', 'portal home', 'decline, still sharing'])(
    '%s: lists every account',
    (name) => {
      for (const line of [
        'Business Current ••••5678, 12-34-56',
        'Business Savings ••••1111',
        'Tax ••••2222',
        'Euro account ••••3000',
      ]) {
        expect(says(name)).toContain(line)
      }
      expect(says(name)).not.toMatch(/and \d+ more/)
    },
  )

  test.each(['bank connected', 'books connected', 'done'])('%s: looks like success', (name) => {
    expect(page(name).html).toMatch(/<div class="well"><svg[^>]*>.*?<\/svg><div><h1>/)
  })
  test('a failure has no panel', () => expect(page('bank refused').html).not.toContain('class="well"'))

  test.each(['decline, still sharing', 'wrong person, still sharing'])('%s: telling does not stop it', (name) => {
    const { html } = page(name)
    expect(says(name)).toContain('Telling them doesn’t stop that; stopping does.')
    expect(tags(html, 'form').map(({ action }) => action)).toContain(`${base}/stop`)
    expect(html).toContain('name="only" value="1"')
    expect(says(name)).not.toContain('Nothing is shared')
  })
  test('the page after a report names what is still shared, and leads to stop', () => {
    expect(says('told no wish to share, still sharing')).toContain('Lloyds Bank and Xero are still shared')
    expect(page('told no wish to share, still sharing').html).toContain(`href="${base}/stop"`)
    expect(says('told no wish to share')).toContain('Nothing is shared.')
  })

  test('nothing is promised that cannot be kept', () => {
    expect(says('bank down')).toContain('This is usually over within the hour. We’ll email you once it works')
    expect(says('bank down for many')).toContain(
      'Many people can’t connect to Lloyds Bank at the moment. We’ll text you',
    )
    expect(says('bank down, without an address')).toContain('Come back to this link later.')
    expect(says('bank down, without an address')).not.toMatch(/We’ll|Many people/)
    for (const name of ['already accepted, without an address', 'expired, nothing to send to']) {
      expect(says(name)).toContain('Ask Marsh & Lowe Accountants for a link')
      expect(says(name)).not.toMatch(/We’ll send|Send me|Email me|Text me/)
    }
  })

  test.each(all)('%s: has a way on', (_name, view) => {
    const { html } = renderClientPage(view)
    const main = html.replace(/[\s\S]*<main[^>]*>/, '').replace(/<\/main>[\s\S]*/, '')
    expect(main).toMatch(/<button type="submit"|<a (class="\w+" )?href="(?!#)/)
  })

  test.each(all.filter(([name]) => name.startsWith('alone')))('%s: speaks to a person', (_name, view) => {
    const text = readable(renderClientPage(view).html)
      .replace('Connect “Ada Whitlock”', '')
      .replace('you aren’t Ada Whitlock', '')
    expect(text).not.toMatch(/Ada Whitlock|company|business account/)
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
      canSend: true,
    })
    expect(readable(dublin.html)).toContain('Thursday 1 January 1970 at 01:00 (Dublin time)')
  })
})
