import { Router } from 'express'
import { type Book, inventedBookAccounts } from '../ledgers/book.ts'
import { isRecord } from '../setup.ts'
import { readBody, refuse } from './answers.ts'

/** Serves control calls for one book's data: companies with their bank accounts, people's grants. */
export function bookControl(book: Book): Router {
  const router = Router()

  router.get('/connections', (_request, response) => {
    response.json({
      connections: book
        .grants()
        .map((grant) => ({ ...grant, tenantName: book.company(grant.companyId ?? '')?.name ?? null })),
    })
  })

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

  router.patch('/organisations/:id', (request, response) => {
    const { name } = readBody(request)
    if (typeof name !== 'string' || name.trim() === '') return refuse(response, 'name is required')
    if (!book.rename(request.params.id, name.trim())) return refuse(response, 'no such company', 404)
    response.status(204).end()
  })

  router.post('/people/:email/age', (request, response) => {
    const { byMs } = readBody(request)
    if (typeof byMs !== 'number') return refuse(response, 'byMs is required')
    book.age(request.params.email, byMs)
    response.status(204).end()
  })
  return router
}
