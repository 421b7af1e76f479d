import { Router } from 'express'
import { isRecord } from '../setup.ts'
import { inventedAccounts, type Organisations, ROLES, type WantedAccount } from '../xero/organisations.ts'
import type { Tokens } from '../xero/tokens.ts'
import { aging, readBody, refuse } from './answers.ts'

/** Serves control calls for Xero's data: organisations with their bank accounts, people, connections. */
export function xeroControl(organisations: Organisations, tokens: Tokens): Router {
  const router = Router()

  router.get('/connections', (_request, response) => {
    response.json({
      connections: organisations.connections(),
      organisations: organisations
        .list()
        .map((organisation) => ({ ...organisation, bankAccounts: bankAccounts(organisations, organisation.tenantId) })),
      users: organisations.users(),
    })
  })

  router.post('/organisations', (request, response) => {
    const { name, bankAccounts: wanted } = readBody(request)
    if (typeof name !== 'string' || name.trim() === '') return refuse(response, 'name is required')
    const accounts = wanted === undefined ? inventedAccounts() : readAccounts(wanted)
    if (typeof accounts === 'string') return refuse(response, accounts)
    response.status(201).json({ tenantId: organisations.create(name.trim(), accounts) })
  })

  router.patch('/organisations/:tenantId', (request, response) => {
    const { name } = readBody(request)
    if (typeof name !== 'string' || name.trim() === '') return refuse(response, 'name is required')
    if (!organisations.rename(request.params.tenantId, name.trim()))
      return refuse(response, 'no such organisation', 404)
    response.status(204).end()
  })

  router.post(
    '/organisations/:tenantId/age',
    aging('tenantId', (tenantId, byMs) => organisations.age(tenantId, byMs)),
  )
  router.post(
    '/people/:email/age',
    aging('email', (email, byMs) => tokens.age(email, byMs)),
  )

  router.post('/users', (request, response) => {
    const { email, organisations: tenantIds = [], role = 'adviser' } = readBody(request)
    if (typeof email !== 'string' || !email.includes('@')) return refuse(response, 'email is required')
    if (!ROLES.includes(String(role))) return refuse(response, `role must be one of ${ROLES.join(', ')}`)
    if (!Array.isArray(tenantIds) || tenantIds.some((id) => !organisations.byTenant(String(id)))) {
      return refuse(response, 'organisations must be a list of known tenant ids')
    }
    organisations.setUser(email, String(role), tenantIds.map(String))
    response.status(201).json({ email, role, organisations: tenantIds })
  })

  router.delete('/connections/:id', (request, response) => {
    if (!organisations.disconnect(request.params.id)) return refuse(response, 'no such connection', 404)
    response.status(204).end()
  })
  return router
}

function bankAccounts(organisations: Organisations, tenantId: string): object[] {
  return organisations
    .accounts(tenantId)
    .filter((account) => account.Type === 'BANK')
    .map((account) => ({
      id: account.AccountID,
      name: account.Name,
      code: account.Code,
      number: account.BankAccountNumber,
      currency: account.CurrencyCode,
      status: account.Status,
    }))
}

function readAccounts(value: unknown): WantedAccount[] | string {
  if (!Array.isArray(value)) return 'bankAccounts must be a list'
  const accounts: WantedAccount[] = []
  for (const item of value as unknown[]) {
    if (!isRecord(item) || typeof item.name !== 'string' || typeof item.number !== 'string') {
      return 'every bank account needs a name and a number'
    }
    accounts.push({
      name: item.name,
      number: item.number,
      ...(typeof item.code === 'string' && { code: item.code }),
      ...(typeof item.currency === 'string' && { currency: item.currency }),
    })
  }
  return accounts
}
