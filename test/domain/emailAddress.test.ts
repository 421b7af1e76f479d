import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseEmail, suggestEmail } from '../../domain/fields/emailAddress.ts'

describe('e-mail addresses', () => {
  it.each([
    ['jo@harbour.example', 'jo@harbour.example'],
    ['  Jo.Baker+Books@Harbour.Example \n', 'jo.baker+books@harbour.example'],
    ["o'neill@post.harbour.co.uk", "o'neill@post.harbour.co.uk"],
    ['info@harbour.example', 'info@harbour.example'],
    ['a@b.io', 'a@b.io'],
    ['jo@xn--bcker-gra.example', 'jo@xn--bcker-gra.example'],
  ])('takes %j', (typed, email) => expect(normaliseEmail(typed)).toEqual({ ok: true, email }))

  it.each([
    '',
    'jo',
    'jo@',
    '@harbour.example',
    'jo@harbour',
    'jo baker@harbour.example',
    'jo@har bour.example',
    'jo@@harbour.example',
    'jo@ann@harbour.example',
    'jo..baker@harbour.example',
    '.jo@harbour.example',
    'jo.@harbour.example',
    'jo@harbour..example',
    'jo@harbour.example.',
    'jo@.harbour.example',
    'jo@-harbour.example',
    'jo@harbour,com',
    'jo@192.168.0.1',
    'Jo <jo@harbour.example>',
    'jo@harbour.example,ann@harbour.example',
    `${'a'.repeat(65)}@harbour.example`,
    `jo@${'a.'.repeat(126)}example`,
    'jo@harbour.example\nbcc: all@harbour.example',
  ])('refuses %j', (typed) => expect(normaliseEmail(typed)).toEqual({ ok: false }))

  it('takes what it gave, and what it gives has no blank, no capital and one @', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (typed) => {
        const read = normaliseEmail(typed)
        if (!read.ok) return
        expect(read.email).toMatch(/^[^\s@A-Z]+@[^\s@A-Z]+\.[^\s@A-Z]+$/)
        expect(normaliseEmail(read.email)).toEqual(read)
      }),
    )
  })
})

describe('suggestions', () => {
  it.each([
    ['jo@gmial.com', 'jo@gmail.com'],
    ['jo@gmai.com', 'jo@gmail.com'],
    ['jo@gamil.com', 'jo@gmail.com'],
    ['jo@gmail.con', 'jo@gmail.com'],
    ['jo@gmail.co', 'jo@gmail.com'],
    ['jo@hotmial.co.uk', 'jo@hotmail.co.uk'],
    ['jo@hotmail.couk', 'jo@hotmail.co.uk'],
    ['jo@hotnail.com', 'jo@hotmail.com'],
    ['jo@outlok.com', 'jo@outlook.com'],
    ['jo@yaho.co.uk', 'jo@yahoo.co.uk'],
    ['jo@iclould.com', 'jo@icloud.com'],
    ['jo@btintenet.com', 'jo@btinternet.com'],
    ['jo+books@gmial.con', 'jo+books@gmail.com'],
    ['jo@harbourbakery.con', 'jo@harbourbakery.com'],
    ['jo@harbourbakery.co.ku', 'jo@harbourbakery.co.uk'],
  ])('%s might be %s', (typed, meant) => expect(suggestEmail(typed)).toBe(meant))

  it.each([
    'jo@gmail.com',
    'jo@mail.com',
    'jo@ymail.com',
    'jo@email.com',
    'jo@cloud.com',
    'jo@harbour.example',
    'jo@hotmail.fr',
    'jo@live.co.uk',
    'jo@olive.com',
    'jo@sky.com',
    'jo@marshlowe.co.uk',
  ])('leaves %s alone', (typed) => expect(suggestEmail(typed)).toBeNull())

  it('suggests only addresses that need no further suggestion', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,3}@(gmail|hotmail|yahoo|outlook)[a-z]?\.(com|con|co\.uk|couk)$/),
        (typed) => {
          const meant = suggestEmail(typed)
          if (meant === null) return
          expect(normaliseEmail(meant)).toEqual({ ok: true, email: meant })
          expect(suggestEmail(meant)).toBeNull()
        },
      ),
    )
  })
})
