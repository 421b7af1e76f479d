/**
 * An institution invented by the sandbox. Most are banks that TrueLayer's twin has too, under ids of their own here.
 * `consentDays`: the life of a consent; null where the bank schedules no end.
 */
export type Institution = { id: string; name: string; colour: string; consentDays: number | null }

/** The institutions of the United Kingdom. All names are invented. */
export const INSTITUTIONS: Institution[] = [
  institution('ins_117601', 'Northgate Bank', '#1d4ed8'),
  institution('ins_117602', 'Northgate Business', '#1e3a8a'),
  institution('ins_117603', 'Harbour and Trust (UK)', '#0f766e'),
  institution('ins_117604', 'Kestrel', '#c2410c', 30),
  institution('ins_117605', 'Meridian', '#7c3aed', null),
  institution('ins_117606', 'Juniper', '#15803d'),
  // TrueLayer's twin has none of these.
  institution('ins_117607', 'Brightwater Bank', '#0e7490'),
  institution('ins_117608', 'Saltmarsh Credit Union', '#92400e'),
]

/** Returns the institution with this id, or null. */
export const institutionById = (id: string | null): Institution | null =>
  INSTITUTIONS.find((one) => one.id === id) ?? null

function institution(id: string, name: string, colour: string, consentDays: number | null = 180): Institution {
  return { id, name, colour, consentDays }
}

/** Returns an institution as `/institutions/get` gives it. */
export const wireInstitution = ({ id, name, colour }: Institution, withMetadata: boolean): object => ({
  institution_id: id,
  name,
  products: ['auth', 'identity', 'transactions'],
  country_codes: ['GB'],
  routing_numbers: [],
  oauth: true,
  ...(withMetadata && { url: null, primary_color: colour, logo: null }),
})
