import type postgres from 'postgres'
import { keyRing } from '../../commands/configuration.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/situation.ts'
import { accept, askForBank, connect, decline, fail, invite, match, setOut, XERO } from '../history/acts.ts'
import type { Life } from '../history/life.ts'
import { type Tale, writeTales } from '../history/write.ts'
import { demoPractice } from '../seed.ts'

const northgate = { id: 'ob-northgate', name: 'Northgate Bank' }
const harbourTrust = { id: 'ob-harbour-trust', name: 'Harbour & Trust' }
const meridian = { id: 'ob-meridian', name: 'Meridian' }

const account = (name: string, sortCode: string | null, accountNumber: string, code: string | null = null) => ({
  externalId: `${code ?? sortCode}-${accountNumber}`,
  name,
  holder: null,
  sortCode,
  accountNumber,
  code,
})

/** Plans a client's session at the bank: a return with accounts three minutes after it started. */
const banks = async (life: Life, bank: typeof northgate, ...accounts: ReturnType<typeof account>[]) => {
  const trip = await setOut(life, 'bank', 'client', bank)
  life.after(3 * MINUTE_MS, () => trip && connect(life, trip, accounts, null))
}
const books = async (life: Life, name: string, ...accounts: ReturnType<typeof account>[]) => {
  const trip = await setOut(life, 'books', 'practice', XERO)
  life.after(2 * MINUTE_MS, () => trip && connect(life, trip, accounts, name))
}
const accepts = (life: Life, afterMs: number, bank: typeof northgate, then: () => unknown) =>
  life.after(afterMs, async () => {
    await accept(life, 'email', bank.id)
    life.after(1_000, then)
  })

/** Plans a client who shares a bank and whose books are connected and matched within two days. */
const completes = async (life: Life, name: string, bank: typeof northgate, accountNumber: string) => {
  await invite(life, ['email'])
  accepts(life, 5 * HOUR_MS, bank, () => banks(life, bank, account('Business current', '207045', accountNumber)))
  life.after(25 * HOUR_MS, () => books(life, name, account('Current account', null, `207045${accountNumber}`, '090')))
  life.after(27 * HOUR_MS, () => match(life))
}

type Told = Partial<Tale> & Pick<Tale, 'name' | 'contact' | 'happens'> & { daysAgo: number }

/** Returns the demo practice's first clients: one in each stage and situation that a client can be in. */
function tales(now: number, rosa: Tale['by'], owen: Tale['by']): Tale[] {
  const told: Told[] = [
    {
      name: 'Tidewater Physio Ltd',
      practiceCode: 'TID04',
      industry: 'health_and_care',
      contact: { name: 'Lena Ortiz', email: 'lena@tidewater.example', phone: '+447700900456' },
      daysAgo: 4.1,
      happens: async (life) => {
        await invite(life, ['email', 'sms'])
        const current = account('Business current', '207045', '31926819')
        const reserve = account('Tax reserve', '207045', '31926827')
        accepts(life, 29 * HOUR_MS, northgate, () => banks(life, northgate, current, reserve))
        life.after(47 * HOUR_MS, () =>
          books(
            life,
            'Tidewater Physio Ltd',
            account('Current account', null, '20704531926819', '090'),
            account('Tax reserve', null, '', '091'),
            account('Company card', null, '', '092'),
          ),
        )
      },
    },
    {
      name: 'Pennine Joinery LLP',
      practiceCode: 'PEN02',
      industry: 'construction',
      software: 'sage',
      contact: { name: 'Tom Byrne', email: 'tom@pennine-joinery.example', phone: null },
      daysAgo: 1.2,
      by: owen,
      happens: (life) => invite(life, ['email'], true),
    },
    {
      name: 'Copper Kettle Catering Ltd',
      practiceCode: 'COP01',
      industry: 'hospitality',
      software: 'quickbooks',
      contact: { name: 'Aisha Khan', email: 'aisha@copper-kettle.example', phone: '+447700900123' },
      daysAgo: 2.6,
      happens: (life) => invite(life, ['email', 'sms']),
    },
    {
      name: 'Orchard Lane Dental Ltd',
      practiceCode: 'ORC03',
      industry: 'health_and_care',
      contact: { name: 'Priya Mehta', email: 'priya@orchard-lane.example', phone: null },
      daysAgo: 3.3,
      happens: async (life) => {
        await invite(life, ['email'])
        life.after(26 * HOUR_MS, () =>
          books(life, 'Orchard Lane Dental Ltd', account('Current account', null, '', '090')),
        )
        accepts(life, 52 * HOUR_MS, harbourTrust, async () => {
          const trip = await setOut(life, 'bank', 'client', harbourTrust)
          life.after(4 * MINUTE_MS, () => trip && fail(life, trip, 'cancelled', null))
        })
      },
    },
    {
      name: 'Silver Birch Lettings Ltd',
      practiceCode: 'SIL01',
      industry: 'property',
      software: 'unknown',
      contact: { name: 'Grace Owen', email: 'grace@silver-birch.example', phone: null },
      daysAgo: 3.9,
      by: owen,
      happens: () => undefined,
    },
    {
      name: 'Kestrel Cycles Ltd',
      practiceCode: 'KES01',
      industry: 'retail',
      contact: { name: 'Ewan Fraser', email: 'ewan@kestrel-cycles.example', phone: null },
      daysAgo: 24.2,
      happens: (life) => completes(life, 'Kestrel Cycles Ltd', northgate, '31927001'),
    },
    {
      name: 'Saltmarsh Smokehouse Ltd',
      practiceCode: 'SAL02',
      industry: 'hospitality',
      contact: { name: 'Jo Hartley', email: 'jo@saltmarsh.example', phone: '+447700900321' },
      // Its access ends in five days.
      daysAgo: 85.2,
      happens: (life) => completes(life, 'Saltmarsh Smokehouse Ltd', northgate, '31927304'),
    },
    {
      name: 'Lowther Print Ltd',
      practiceCode: 'LOW01',
      industry: 'manufacturing',
      contact: { name: 'Ines Lowther', email: 'ines@lowther-print.example', phone: null },
      // Its access ended three days ago.
      daysAgo: 93.2,
      by: owen,
      happens: (life) => completes(life, 'Lowther Print Ltd', harbourTrust, '31927412'),
    },
    {
      name: 'Granary Row Coffee Ltd',
      practiceCode: 'GRA01',
      industry: 'hospitality',
      contact: { name: 'Nina Farrow', email: 'nina@granary-row.example', phone: null },
      daysAgo: 2.4,
      by: owen,
      steps: { bank: 'client', books: 'skip' },
      asksIfAll: true,
      happens: async (life) => {
        await invite(life, ['email'])
        accepts(life, 20 * HOUR_MS, harbourTrust, () =>
          banks(life, harbourTrust, account('Business current', '309912', '31927520')),
        )
      },
    },
    {
      name: 'Larkfield Nurseries Ltd',
      practiceCode: 'LAR01',
      industry: 'agriculture',
      contact: { name: 'Colm Larkin', email: 'colm@larkfield.example', phone: null },
      daysAgo: 16.3,
      happens: async (life) => {
        await completes(life, 'Larkfield Nurseries Ltd', northgate, '31927628')
        // Completed, and asked for one more bank a day and a half ago.
        life.after(14.8 * DAY_MS, () => askForBank(life, meridian))
      },
    },
    {
      name: 'Old Mill Ceramics Ltd',
      practiceCode: 'OLD02',
      industry: 'manufacturing',
      software: 'kashflow',
      contact: { name: 'Bronwen Price', email: 'bronwen@old-mill.example', phone: null },
      daysAgo: 8.7,
      happens: (life) => invite(life, ['email']),
    },
    {
      name: 'Fairfield Farms Partners',
      practiceCode: 'FAI01',
      industry: 'agriculture',
      software: 'quickbooks',
      contact: { name: 'Hugh Marsden', email: 'hugh@fairfield-farms.example', phone: null },
      daysAgo: 2.1,
      by: owen,
      happens: async (life) => {
        await invite(life, ['email'])
        life.after(21 * HOUR_MS, () => decline(life, 'not_the_right_person', 'Ruth Fairfield'))
      },
    },
    {
      name: 'Megan Hughes',
      practiceCode: 'HUG01',
      kind: 'self_employed',
      incomeSources: [
        { name: 'Window cleaning', type: 'self_employment' },
        { name: 'Flat 2, Mill Lane', type: 'uk_property' },
      ],
      software: 'quickbooks',
      contact: { name: 'Megan Hughes', email: 'megan.hughes@mail.example', phone: '+447700900789' },
      daysAgo: 6.2,
      happens: async (life) => {
        await invite(life, ['email', 'sms'])
        accepts(life, 30 * HOUR_MS, northgate, () =>
          banks(life, northgate, account('Business current', '207045', '31927215')),
        )
      },
    },
  ]
  return told.map((tale) => ({
    kind: 'business',
    industry: null,
    incomeSources: [],
    practiceCode: null,
    steps: { bank: 'client', books: 'practice' },
    by: rosa,
    createdAt: now - Math.round(tale.daysAgo * DAY_MS),
    ...tale,
  }))
}

/**
 * Writes the demo practice's first clients, unless it has any. Their history is written without the engine, which wakes
 * each client when something is due. Needs the database owner. Returns true if it wrote them.
 */
export async function keepDemoClients(sql: postgres.Sql, linkKeys: string): Promise<boolean> {
  const [practice] = await sql<{ id: string; empty: boolean }[]>`
    SELECT id, NOT EXISTS (SELECT FROM organisation o WHERE o.practice_id = p.id) AS empty
    FROM practice p WHERE slug = ${demoPractice.slug}`
  if (!practice?.empty) return false
  const staff = await sql<{ id: string; name: string }[]>`
    SELECT m.user_id AS id, p.name FROM membership m JOIN identity.person p ON p.id = m.user_id
    WHERE m.practice_id = ${practice.id} ORDER BY m.created_at`
  const [rosa, owen] = staff
  if (!rosa || !owen) return false
  await writeTales(sql, { practiceId: practice.id, linkKeys: keyRing.parse(linkKeys) }, tales(Date.now(), rosa, owen))
  return true
}
