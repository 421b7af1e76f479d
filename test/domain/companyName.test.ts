import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writtenCompanyName } from '../../domain/fields/companyName.ts'

/** A name in capitals, of words that are hard to capitalise and of any others. */
const hard = fc.constantFrom(
  ...['HARBOUR', 'LTD', 'LLP', 'PLC', "O'BRIEN", 'MCVITIE', 'JCB', 'J.K.', 'AND', '&', '(UK)', 'SMITH-JONES', '3D'],
  ...["JOE'S", 'A.', 'CAFÉ', '1ST', 'WWW.SHOP.CO.UK', 'ÅNGSTRÖM'],
)
const name = fc
  .array(fc.oneof(hard, fc.stringMatching(/^[A-Z0-9'.&()-]{1,12}$/)), { minLength: 1, maxLength: 6 })
  .map((words) => words.join(' '))

describe('a company’s name is written as people write it', () => {
  it.each([
    ['HARBOUR BAKERY LTD', 'Harbour Bakery Ltd'],
    ['TIDEWATER PHYSIO LIMITED', 'Tidewater Physio Limited'],
    ['DALE & FELL LLP', 'Dale & Fell LLP'],
    ['NORTHGATE HOLDINGS PLC', 'Northgate Holdings plc'],
    ['J.K. MARSH AND SONS LTD', 'J.K. Marsh and Sons Ltd'],
    ['A B C JOINERY LTD', 'A B C Joinery Ltd'],
    ['JCB SALES LTD', 'JCB Sales Ltd'],
    ["O'BRIEN AND MCALLISTER LTD", "O'Brien and McAllister Ltd"],
    ['O’BRIEN BROS. LTD.', 'O’Brien Bros. Ltd.'],
    ["JOE'S CAFÉ LTD", "Joe's Café Ltd"],
    ['SMITH-JONES OF STOKE-ON-TRENT LTD', 'Smith-Jones of Stoke-on-Trent Ltd'],
    ['THE BELL AT SKENFRITH (UK) LTD', 'The Bell at Skenfrith (UK) Ltd'],
    ['ACME (THE BAKERS) CIC', 'Acme (The Bakers) CIC'],
    ['CONFUSED.COM LTD', 'Confused.com Ltd'],
    ['1ST CLASS 3D PRINT LTD', '1st Class 3D Print Ltd'],
    ['ST MARY CARE IT LTD', 'St Mary Care IT Ltd'],
    ['MACHINE TOOLS III LTD', 'Machine Tools III Ltd'],
    ['CLWYD FFERM CYF', 'Clwyd Fferm Cyf'],
    ['AND SO TO BED LIMITED', 'And So to Bed Limited'],
  ])('%s', (registered, written) => expect(writtenCompanyName(registered)).toBe(written))

  it('changes nothing but the case of letters', () => {
    fc.assert(fc.property(name, (given) => writtenCompanyName(given).toUpperCase() === given.toUpperCase()))
    const any = fc.string({ unit: 'grapheme' })
    fc.assert(fc.property(any, (given) => writtenCompanyName(given).toLowerCase() === given.toLowerCase()))
  })

  it('leaves what somebody wrote, and what it wrote itself', () => {
    fc.assert(fc.property(name, (given) => writtenCompanyName(writtenCompanyName(given)) === writtenCompanyName(given)))
    fc.assert(fc.property(fc.string(), (given) => writtenCompanyName(`${given}x`) === `${given}x`))
  })

  it('begins with a capital wherever the name begins with a letter', () => {
    fc.assert(fc.property(name, (given) => /^\p{L}/u.test(given) === /^\p{Lu}/u.test(writtenCompanyName(given))))
  })
})
