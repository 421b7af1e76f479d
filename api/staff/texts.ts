import { z } from 'zod'

// Texts of answers, each with its example in the OpenAPI document.

const like = (example: string) => z.string().meta({ example })

export const idText = like('01980000-0000-7000-8000-000000000000')
export const clientText = like('Harbour Bakery Ltd')
export const colleagueText = like('Priya Shah')
export const colleagueEmailText = like('priya@marsh-lowe.example')
export const practiceText = like('Marsh & Lowe Accountants')
export const countryText = like('GB')
export const currencyText = like('GBP')
export const timeZoneText = like('Europe/London')
export const solutionText = like('bookkeeping')
export const incomeSourceText = like('Window cleaning')
export const ledgerText = like('Ledger')
export const fieldText = like('organisation.name')
export const messageText = like('Enter the company name.')
export const hostText = like('login.marsh-lowe.example')
