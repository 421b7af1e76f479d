import { describe, expect, test } from 'vitest'
import { isLastAdmin, roleOnJoining } from '../../domain/practice/users.ts'

const admin = { address: 'jo@harbour.example', role: 'business_admin' } as const
const member = { address: 'sam@harbour.example', role: 'member' } as const

describe('users of a client', () => {
  test('the first user is Business Admin, whatever they were invited as; later ones are as invited', () => {
    expect(roleOnJoining([], member.address, 'member')).toBe('business_admin')
    expect(roleOnJoining([admin], member.address, 'member')).toBe('member')
    expect(roleOnJoining([admin], member.address, 'business_admin')).toBe('business_admin')
  })

  test('accepting again changes nobody’s role', () => {
    expect(roleOnJoining([admin, member], member.address, 'business_admin')).toBe('member')
    expect(roleOnJoining([admin, member], admin.address, 'member')).toBe('business_admin')
  })

  test('the last Business Admin can neither go nor become a member', () => {
    expect([null, 'member' as const].map((next) => isLastAdmin([admin, member], admin, next))).toEqual([true, true])
    expect(isLastAdmin([admin, member], admin, 'business_admin')).toBe(false)
    expect(isLastAdmin([admin, member], member, null)).toBe(false)
    expect(isLastAdmin([admin, { ...member, role: 'business_admin' }], admin, null)).toBe(false)
  })
})
