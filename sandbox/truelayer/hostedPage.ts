import { type Html, html, providerPage, type Wrong, wrongs } from '../pages/layout.ts'
import { BANKS, type Bank, bankById } from './banks.ts'
import { type Connection, type Connections, isTerminal } from './connections.ts'
import { isOffered } from './request.ts'

const WRONGS: Wrong[] = [
  ['refuse', 'The bank refuses', 'fails as provider_rejected'],
  ['bank_down', 'The bank is down', 'fails as provider_error'],
  ['approve_no_accounts', 'Approve, but there are no accounts', 'authorized, and the list is empty'],
  ['approve_later', 'Approve, but the bank takes its time', 'stays authorizing for half a minute'],
  ['signatory', 'A second person has to approve', 'stays authorizing until approved on the connections page'],
  ['never_return', 'Approve, then close the window', 'authorized, but nobody comes back'],
  ['expire', 'Let the link grow too old', 'fails as expired'],
]

/** Returns a connection's page: the bank list, the sign-in, the approval, or its end. */
export function hostedPage(
  connection: Connection,
  connections: Connections,
  view: { problem?: string; choosing?: boolean },
): string {
  const bank = bankById(connection.providerId)
  const problem = view.problem ? html`<p class="note" role="alert">${view.problem}</p>` : null
  const canChoose = connection.request.providerId === null
  if (isTerminal(connection)) return ended(connection, bank)
  if (!bank || (canChoose && view.choosing)) return chooseBank(connection, problem)
  if (connection.signatory) return waitingForOther(bank)
  if (connection.status === 'authorization_required') return signIn(connection, bank, canChoose, problem)
  return approval(connection, connections, bank, problem)
}

function chooseBank(connection: Connection, problem: Html | null): string {
  return providerPage(
    'Choose your bank',
    html`<div class="card"><h1>Choose your bank</h1>
    <p class="soft">You sign in with your bank, and choose what to share there.</p>${problem}
    <form method="post" action="${pageOf(connection)}/bank">${BANKS.filter((bank) =>
      isOffered(connection.request.filter, bank),
    ).map(
      (bank) =>
        html`<button class="bank" name="provider_id" value="${bank.id}"><img src="/truelayer/app/logos/${bank.id}.svg" alt="">
        <span>${bank.name}<small>${bank.serves.length === 2 ? 'Personal and business' : bank.serves[0] === 'retail' ? 'Personal' : 'Business'}${bank.country === 'ie' ? ' · Ireland' : ''}</small></span></button>`,
    )}</form>
    <form method="post" action="${pageOf(connection)}/decide"><button name="action" value="cancel">Cancel</button></form></div>`,
  )
}

function signIn(connection: Connection, bank: Bank, canChoose: boolean, problem: Html | null): string {
  return providerPage(
    `Sign in to ${bank.name}`,
    html`<div class="card">${brand(bank)}<h1>Sign in to online banking</h1>${problem}
    <form method="post" action="${pageOf(connection)}/sign-in" class="stack">
    <div><label for="customer">Customer number</label><input id="customer" type="text" name="customer" value="12345678" autocomplete="off" inputmode="numeric"></div>
    <div><label for="pass">Password</label><input id="pass" type="password" name="pass" value="sandbox" autocomplete="off"></div>
    <p class="soft small">Anything is accepted here.</p>
    <button class="primary">Log in</button></form>
    <div class="row" style="margin-top:.6rem"><form method="post" action="${pageOf(connection)}/decide"><button name="action" value="cancel">Cancel</button></form>
    ${canChoose ? html`<a href="${pageOf(connection)}?choose=1">Choose another bank</a>` : null}</div>
    ${wrongs(`${pageOf(connection)}/decide`, WRONGS)}</div>`,
  )
}

function approval(connection: Connection, connections: Connections, bank: Bank, problem: Html | null): string {
  const accounts = connections.accounts({ ...connection, accountIds: null })
  const wants = connection.request.scopes.map((scope) => SCOPE_WORDS[scope] ?? scope).join(', ')
  return providerPage(
    `Share accounts from ${bank.name}`,
    html`<div class="card">${brand(bank)}<h1>Share your account information</h1>
    <p class="soft">${connection.request.user.name}, you are about to share: ${wants}.
    ${connection.request.dataAccessType === 'recurring' ? 'Access lasts 90 days unless you end it earlier.' : null}</p>${problem}
    <form id="approval" method="post" action="${pageOf(connection)}/decide">
    <input type="hidden" name="accounts_shown" value="1">
    <fieldset><legend>Accounts</legend>${accounts.map((account) => {
      const plain = account.account_identifiers.find((one) => one.type === 'sort_code_account_number')
      return html`<label class="choice"><input type="checkbox" name="account" value="${account.id}" checked>
      <span>${account.account_type === 'savings' ? 'Savings account' : account.customer_segment === 'business' ? 'Business current account' : 'Current account'}
      <small>${plain ? `${plain.sort_code.replace(/(..)(..)(..)/, '$1-$2-$3')}  ${plain.account_number}` : ''}</small></span></label>`
    })}</fieldset>
    <div class="stack"><button class="primary" name="action" value="approve">Approve</button>
    <button name="action" value="cancel">Cancel</button></div></form>
    ${wrongs(`${pageOf(connection)}/decide`, WRONGS)}</div>`,
  )
}

function waitingForOther(bank: Bank): string {
  return providerPage(
    'Waiting for another approval',
    html`<div class="card">${brand(bank)}<h1>A second person has to approve</h1>
    <p class="soft">This account needs two people. The other one approves on the sandbox's <a href="/connections">connections page</a>.</p></div>`,
  )
}

function ended(connection: Connection, bank: Bank | null): string {
  const isGood = connection.status === 'authorized'
  return providerPage(
    isGood ? 'Approved' : 'Not connected',
    html`<div class="card">${bank ? brand(bank) : null}
    <h1>${isGood ? 'Approved' : 'This did not work'}</h1>
    <p class="soft">${isGood ? 'Your accounts are shared. You can close this window.' : `This link is finished (${connection.failureReason}).`}</p></div>`,
  )
}

const SCOPE_WORDS: Record<string, string> = {
  info: 'your name',
  accounts: 'account names and numbers',
  balance: 'balances',
  transactions: 'transactions',
}

function brand(bank: Bank): Html {
  return html`<div class="brand"><img src="/truelayer/app/logos/${bank.id}.svg" alt=""><span>${bank.name}</span></div>`
}

/** Returns the path of a connection's page. */
export const pageOf = ({ opaque }: Connection): string => `/truelayer/app/connections/${opaque}`
