/** A company of the made-up register. Optional fields are absent in some entries, as in the real register. */
export type Company = {
  number: string
  name: string
  status: string
  type: string
  jurisdiction: string
  created?: string
  ceased?: string
  sic: string[]
  office: {
    premises?: string
    address_line_1?: string
    locality?: string
    region?: string
    postal_code?: string
    country?: string
  }
}

const office = (premises: string, street: string, locality: string, postalCode: string, country = 'England') => ({
  premises,
  address_line_1: street,
  locality,
  postal_code: postalCode,
  country,
})

const ltd = (number: string, name: string, created: string, at: Company['office'], sic = '62020'): Company => ({
  number,
  name,
  status: 'active',
  type: 'ltd',
  jurisdiction: 'england-wales',
  created,
  sic: [sic],
  office: at,
})

/** All companies of the register. Names, people and addresses are invented. */
export const COMPANIES: readonly Company[] = [
  ltd('01234567', 'HARBOUR BAKERY LTD', '1998-03-02', office('4', 'Quay Lane', 'Leeds', 'LS1 4AB'), '10710'),
  ltd('09876543', 'HARBOUR LIGHTS LIMITED', '2015-10-11', office('12', 'Pier Road', 'Whitby', 'YO21 3PU')),
  {
    ...ltd(
      'SC123456',
      'HARBOUR JOINERY LTD',
      '2006-05-30',
      office('Unit 3', 'Dock Street', 'Leith', 'EH6 6EW', 'Scotland'),
    ),
    jurisdiction: 'scotland',
  },
  {
    ...ltd('04455667', 'HARBOUR HAULAGE LTD', '2002-07-01', office('1', 'Ferry Road', 'Hull', 'HU1 2PS'), '49410'),
    status: 'dissolved',
    ceased: '2019-01-15',
  },
  {
    ...ltd('OC301234', 'PENNINE JOINERY LLP', '2004-02-19', office('7', 'Mill Yard', 'Hebden Bridge', 'HX7 8AD')),
    type: 'llp',
  },
  {
    ...ltd(
      'NI012345',
      'MOORHEN MUSIC LTD',
      '1985-11-04',
      office('22', 'Lagan Row', 'Belfast', 'BT1 3GH', 'Northern Ireland'),
    ),
    jurisdiction: 'northern-ireland',
  },
  ltd('11223344', 'TIDEWATER PHYSIO LTD', '2018-02-28', office('9', 'Strand', 'Falmouth', 'TR11 3DP'), '86900'),
  ltd('10203040', 'FOXGLOVE LETTINGS LTD', '2016-06-21', office('31', 'High Street', 'Ludlow', 'SY8 1BS'), '68320'),
  {
    ...ltd('03344556', 'BROOK FARM LTD', '1997-04-05', office('8', 'Farm Road', 'Ripon', 'HG4 1AA')),
    status: 'dissolved',
    ceased: '2012-09-30',
  },
  ltd('11998877', 'BROOK & SON LTD', '2019-03-01', office('2', 'Mill Lane', 'Otley', 'LS21 1AA')),
  {
    ...ltd('12121212', 'BROOKSIDE CARE CIC', '2019-12-12', office('3', 'Brook Street', 'York', 'YO1 7AA')),
    status: 'some-new-key',
    type: 'some-new-type',
  },
  ltd('13579246', '1234567 HOLDINGS LTD', '2021-08-08', office('5', 'Number Street', 'Leeds', 'LS1 1AA')),
  {
    ...ltd(
      'R0000123',
      'LAGAN LINEN LTD',
      '1921-01-10',
      office('6', 'Mill Street', 'Belfast', 'BT1 1AA', 'Northern Ireland'),
    ),
    jurisdiction: 'northern-ireland',
  },
  {
    number: '00000006',
    name: 'OLD IRON FOUNDRY LTD',
    status: 'liquidation',
    type: 'ltd',
    jurisdiction: 'england-wales',
    sic: [],
    office: {},
  },
  {
    number: 'IP12345R',
    name: 'DALE ALLOTMENT SOCIETY',
    status: 'registered-elsewhere',
    type: 'registered-society-non-jurisdictional',
    jurisdiction: 'united-kingdom',
    sic: [],
    office: { locality: 'Settle' },
  },
  ...Array.from({ length: 45 }, (_one, n) =>
    ltd(
      String(12_000_000 + n),
      `ASHDOWN ${n + 1} PROPERTIES LTD`,
      '2019-05-20',
      office(String(n + 1), 'Ashdown Way', 'Lewes', 'BN7 1AA'),
    ),
  ),
]

const words = (text: string): string[] =>
  text
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter(Boolean)

/** Returns the companies with exactly this number first, then those whose name has a word for each word asked for. */
export function findCompanies(q: string): Company[] {
  const asked = words(q)
  if (asked.length === 0) return []
  const exact = COMPANIES.filter((company) => asked.length === 1 && company.number === asked[0])
  const named = COMPANIES.filter((company) => {
    const has = words(company.name)
    return asked.every((word) => has.some((one) => one.startsWith(word)))
  })
  return [...exact, ...named]
}
