import { ask, read } from '../entry/session.ts'

/** A place where somebody is signed in. */
export type Session = {
  id: string
  token: string
  createdAt: string
  ipAddress: string | null
  userAgent: string | null
}

export const changeName = (name: string) => ask('update-user', { name })

/** Every other place is signed out by it. */
export const changePassword = (currentPassword: string, newPassword: string) =>
  ask('change-password', { currentPassword, newPassword, revokeOtherSessions: true })

/** Begins a second factor: what the app is to be told, and the codes for the day it is lost. It counts once it is proven. */
export const beginSecondFactor = async (password: string): Promise<{ totpURI: string; backupCodes: string[] }> => {
  const { totpURI, backupCodes } = await ask('two-factor/enable', { password })
  return { totpURI: String(totpURI), backupCodes: backupCodes as string[] }
}

export const endSecondFactor = (password: string) => ask('two-factor/disable', { password })

/** Where one is signed in, the present place first. */
export async function readSessions(): Promise<{ here: string; all: Session[] }> {
  const [all, present] = await Promise.all([
    read<Session[]>('list-sessions'),
    read<{ session: Session }>('get-session'),
  ])
  const here = present.session.id
  return { here, all: all.sort((a, b) => Number(b.id === here) - Number(a.id === here)) }
}

export const endOtherSessions = () => ask('revoke-other-sessions')
