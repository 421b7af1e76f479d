import { describe, expect, test } from 'vitest'
import { withoutRight } from '../../domain/practice/rightWords.ts'
import { refuseChange } from '../../domain/practice/team.ts'
import { RIGHTS, type ROLES, rightsOf, rightsOfScopes } from '../../domain/rights.ts'

const of = (role: (typeof ROLES)[number], addClients = false) => rightsOf(role, { addClients })

describe('rights', () => {
  test('a Practice Admin has all of them but support’s own', () => {
    expect(of('practice_admin')).toEqual(RIGHTS.filter((right) => right !== 'help_practices'))
  })

  test('a Client Admin has all on clients and the team, none on settings, keys, support, the audit log and erasing', () => {
    expect(of('client_admin')).toEqual([
      'see_clients',
      'see_all_clients',
      'add_clients',
      'work_clients',
      'cancel_clients',
      'assign_clients',
      'confirm_for_clients',
      'see_reports',
      'manage_team',
      'have_notices',
    ])
  })

  test('a Standard works on clients, and adds some if he may', () => {
    expect(of('standard')).toEqual(['see_clients', 'work_clients', 'cancel_clients', 'see_reports', 'have_notices'])
    expect(of('standard', true)).toEqual([
      'see_clients',
      'add_clients',
      'work_clients',
      'cancel_clients',
      'see_reports',
      'have_notices',
    ])
  })

  test('support sees and repairs, and adds nothing; "add clients" gives it nothing', () => {
    expect(of('support')).toEqual([
      'see_clients',
      'see_all_clients',
      'work_clients',
      'cancel_clients',
      'see_reports',
      'help_practices',
    ])
    expect(of('support', true)).toEqual(of('support'))
  })

  test('a key sees with "read" and does what an integration needs with "write", and manages nothing', () => {
    expect(rightsOfScopes(['read'])).toEqual(['see_clients', 'see_all_clients', 'see_reports'])
    expect(rightsOfScopes(['write'])).toEqual([
      'see_all_clients',
      'add_clients',
      'work_clients',
      'cancel_clients',
      'assign_clients',
    ])
    const all = rightsOfScopes(['read', 'write'])
    expect(RIGHTS.filter((right) => !all.includes(right))).toEqual([
      'confirm_for_clients',
      'manage_team',
      'manage_settings',
      'manage_api_keys',
      'manage_support',
      'see_audit',
      'erase_clients',
      'have_notices',
      'help_practices',
    ])
  })

  test('a person who lacks one is told which, and whom to ask', () => {
    expect(withoutRight('manage_team', ['Ada'])).toBe('Ada can manage the team. Ask them.')
    expect(withoutRight('cancel_clients', ['Ada', 'Ben', 'Cy'])).toBe(
      'Ada, Ben and Cy can cancel clients. Ask one of them.',
    )
    expect(withoutRight('see_reports', [])).toBe("You can't see the reports here.")
  })
})

describe('the team', () => {
  const admin = { role: 'practice_admin' } as const
  const standard = { role: 'standard' } as const

  test.each([
    ['the last admin is not made less', [admin, standard], 'practice_admin', admin, 'standard', 'last_admin'],
    ['nor removed', [admin, standard], 'practice_admin', admin, null, 'last_admin'],
    ['one of two is', [admin, admin], 'practice_admin', admin, null, undefined],
    ['an admin makes another', [admin, standard], 'practice_admin', standard, 'practice_admin', undefined],
    ['a Client Admin makes none', [admin, standard], 'client_admin', standard, 'practice_admin', 'admins_only'],
    ['nor unmakes one', [admin, admin], 'client_admin', admin, 'standard', 'admins_only'],
    ['but changes others', [admin, standard], 'client_admin', standard, 'client_admin', undefined],
    ['an admin who stays one is no change', [admin], 'client_admin', admin, 'practice_admin', undefined],
  ] as const)('%s', (_name, team, by, member, next, refusal) => {
    expect(refuseChange(team, by, member, next)?.result).toBe(refusal)
  })
})
