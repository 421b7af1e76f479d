import type { Chance } from './random.ts'

// Invented businesses and people of the United Kingdom. Addresses end in `.example` and reach nobody; numbers are from
// the range reserved for drama.

const places =
  'Abbey Acorn Albion Alder Ashdown Avon Bankside Beacon Bluebell Bramble Bridge Broadway Brook Calder Canal Castle Cathedral Cedar Chapel Chiltern Church Clifton Coast Copper Corner Cotswold Cross Crown Dales Deanside Downland Eastgate Eden Elm Exchange Fairfield Fenland Ferry Foxglove Garden Grange Granite Greenway Harbour Harvest Hawthorn Heath Heron Highfield Hillcrest Hollin Ivy Jubilee Kestrel Kingsway Lakeside Lantern Laurel Lighthouse Lime Linden Malvern Manor Market Meadow Mendip Mercer Mill Minster Moorland Northgate Oak Orchard Parkside Pennine Pebble Priory Quarry Quayside Regent Ribble Ridgeway Riverside Rookery Rowan Saltmarsh Severn Sherwood Silver Southbank Spinney Station Sterling Stonegate Summit Swan Tamar Thistle Tidewater Tower Trent Valley Viaduct Village Walnut Waterside Weaver Westfield Wharf Wild Willow Windmill Wolds Woodland Wrekin Wye Yew'.split(
    ' ',
  )

/** The trades of each industry. */
const TRADES = {
  food_and_drink: ['Bakery', 'Coffee', 'Brewing'],
  hospitality: ['Catering', 'Kitchen', 'Inns', 'Guest House'],
  construction: [
    'Plumbing & Heating',
    'Joinery',
    'Roofing',
    'Electrical',
    'Builders',
    'Interiors',
    'Groundworks',
    'Glazing',
    'Fencing',
    'Landscapes',
  ],
  health_and_care: ['Dental Care', 'Physio', 'Optics', 'Care Homes', 'Veterinary', 'Pharmacy'],
  retail: ['Motors', 'Cycles', 'Books', 'Flowers', 'Pet Supplies', 'Furniture'],
  agriculture: ['Farms', 'Nurseries'],
  manufacturing: ['Print', 'Engineering', 'Textiles', 'Ceramics', 'Packaging'],
  transport: ['Haulage', 'Coaches', 'Removals'],
  property: ['Lettings', 'Estates', 'Surveyors'],
  arts_and_entertainment: ['Studios', 'Films'],
  education: ['Music School', 'Tutors', 'Day Nursery'],
  information_technology: ['Digital', 'Software', 'Networks'],
  consulting: ['Consulting', 'Recruitment', 'Design'],
  personal_services: ['Hair', 'Fitness', 'Cleaning', 'Laundry'],
  wholesale: ['Wholesale', 'Timber'],
  charity: ['Community Trust'],
}
const trades = Object.entries(TRADES).flatMap(([industry, some]) => some.map((trade) => [trade, industry] as const))

const forenames =
  'Aaliyah Abigail Adam Aisha Alex Alice Amara Amelia Amir Andrew Anita Anna Arjun Ben Beth Bronwen Callum Carys Catherine Charlotte Chloe Chris Claire Dafydd Daniel David Deepa Dylan Eilidh Eleanor Elena Ella Emily Emma Ewan Faith Farah Fatima Finlay Fiona Fraser Gareth Gemma George Grace Graham Hamza Hannah Harriet Harry Helen Holly Hugh Ian Ibrahim Idris Imogen Isla Jack James Jamila Jasmine Joanna Joe Jonah Joseph Kate Kwame Laura Leila Lena Lewis Liam Lily Lucy Maisie Malik Marcus Marta Mary Matthew Mei Megan Michael Mohammed Morag Nadia Naomi Natalie Niamh Nina Nora Oliver Olivia Omar Owen Paul Petra Phoebe Poppy Priya Rachel Rajesh Rebecca Rhys Robert Rosa Rory Ruth Sadia Sam Samira Sanjay Sarah Scott Sean Sian Simon Sophie Stephen Tariq Tess Thomas Tom Uma Victoria Wei William Yasmin Yusuf Zara Zoe'.split(
    ' ',
  )

const surnames =
  'Abbott Adeyemi Ahmed Allen Anderson Armitage Atkinson Bailey Banerjee Barker Bell Bennett Bhatt Blackwood Boateng Booth Bradley Brennan Brown Burns Butler Byrne Campbell Carter Chapman Chen Clarke Collins Cooper Cox Craig Crawford Cunningham Curtis Dalton Davies Dixon Doyle Drummond Duncan Edwards Ellis Evans Farrell Fletcher Forbes Foster Fraser Gallagher Gibson Gill Gordon Graham Grant Gray Green Griffiths Gupta Hall Hamilton Harper Harris Hassan Hewitt Hill Holland Howard Hughes Hunter Hussain Iqbal Irving Jackson James Jenkins Johnston Jones Kapoor Kaur Kelly Kennedy Khan King Knight Lambert Lawson Lewis Lloyd Lowe Macdonald Mackenzie Malik Marsh Marshall Mason Mehta Mensah Mitchell Moore Morgan Morris Murphy Murray Nash Newton Nicholls Novak Nowak OBrien Okafor Okoro Osborne Owen Palmer Parker Patel Pearson Perry Phillips Powell Price Qureshi Rahman Reid Richards Roberts Robertson Rose Ross Russell Scott Shah Sharma Shaw Singh Slater Smith Stevens Stewart Sutton Taylor Thompson Turner Vaughan Wade Walker Wallace Walsh Ward Watson Webb Wells West Whitaker White Wilkins Williams Wilson Wong Wood Wright Young'.split(
    ' ',
  )

const callings = [
  'Window cleaning',
  'Gardening',
  'Photography',
  'Piano lessons',
  'Driving instruction',
  'Illustration',
  'Childminding',
  'Translation',
  'Taxi driving',
  'Web design',
  'Dressmaking',
  'Carpentry',
]
const postcodeAreas = 'AB BA BN BS CF EX GL HX LE LS NE NR OX SA SO TR YO'.split(' ')

export type Person = { forename: string; surname: string; name: string }

export function someone(chance: Chance): Person {
  const forename = chance.of(forenames)
  const surname = chance.of(surnames).replace(/^O(?=B)/, "O'")
  return { forename, surname, name: `${forename} ${surname}` }
}

export type Business = { name: string; industry: string; owner: Person; host: string }

/** Returns a random business with its owner. */
export function someBusiness(chance: Chance): Business {
  const owner = someone(chance)
  const [trade, industry] = chance.of(trades)
  const place = chance.of(places)
  const form = chance.weighed({ Ltd: 78, LLP: 6, Partners: 4, '': 12 })
  const stem = chance.weighed({
    [`${place} ${trade}`]: 50,
    [`${owner.surname} ${trade}`]: 20,
    [`${owner.surname} & ${chance.of(surnames)} ${trade}`]: 12,
    [`${owner.forename} ${owner.surname} ${trade}`]: 8,
    [`The ${place} ${trade}`]: 10,
  })
  const name = form === '' ? stem : form === 'Partners' ? `${stem} Partners` : `${stem} ${form}`
  return { name, industry, owner, host: `${plain(stem)}.example` }
}

export type SelfEmployed = {
  person: Person
  postcode: string
  sources: { name: string; type: 'self_employment' | 'uk_property' }[]
}

/** Returns a random sole trader or landlord. */
export function someSelfEmployed(chance: Chance): SelfEmployed {
  const person = someone(chance)
  const postcode = `${chance.of(postcodeAreas)}${1 + chance.whole(28)} ${1 + chance.whole(9)}${chance.of(['AB', 'DE', 'HJ', 'LN', 'PQ', 'RS', 'UW'])}`
  const trade = { name: chance.of(callings), type: 'self_employment' as const }
  const flat = { name: `Flat ${1 + chance.whole(9)}, ${chance.of(places)} Lane`, type: 'uk_property' as const }
  const sources = chance.happens(0.6) ? [trade] : chance.happens(0.5) ? [flat] : [trade, flat]
  return { person, postcode, sources }
}

const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '')

/** Returns an address at a business, or a person's own. */
export function emailOf({ forename, surname }: Person, host: string): string {
  return `${plain(forename)}.${plain(surname)}@${host}`
}

/** Returns a mobile number; they repeat after a hundred thousand. */
export function mobileOf(n: number): string {
  return `+4477009${String(n % 100_000).padStart(5, '0')}`
}
