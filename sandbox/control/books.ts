import { Router } from 'express'
import { type Book, inventedBookAccounts } from '../ledgers/book.ts'
import { isRecord } from '../setup.ts'
import { aging, readBody, refuse } from './answers.ts'

/** Serves control calls for one book's data: companies with their bank accounts, people's grants. */
export function bookControl(book: Book): Router {
  const router = Router()

  router.post('/organisations', (request, response) => {
    const { name, bankAccounts, registrationNumber } = readBody(request)
    if (typeof name !== 'string' || name.trim() === '') return refuse(response, 'name is required')
    const accounts = Array.isArray(bankAccounts)
      ? bankAccounts.filter(isRecord).map((one) => ({
          ...inventedBookAccounts()[0]!,
          ...(one as { name: string }),
        }))
      : inventedBookAccounts()
    const number = typeof registrationNumber === 'string' ? registrationNumber : null
    const { id } = book.create(name.trim(), accounts, number)
    response.status(201).json({ tenantId: id })
  })

  router.post(
    '/people/:email/age',
    aging('email', (email, byMs) => book.age(email, byMs)),
  )
  return router
}
