import { ask, read } from '../entry/session.ts'

/** A login session of the person. */
export type Session = {
  id: string
  token: string
  createdAt: string
  ipAddress: string | null
  userAgent: string | null
}

export const changeName = (name: string) => ask('update-user', { name })

/** Changes the password and signs out all other sessions. */
export const changePassword = (currentPassword: string, newPassword: string) =>
  ask('change-password', { currentPassword, newPassword, revokeOtherSessions: true })

/** Starts a second factor. Returns the `otpauth:` address and the recovery codes. A submitted code activates it. */
export const beginSecondFactor = async (password: string): Promise<{ totpURI: string; backupCodes: string[] }> => {
  const { totpURI, backupCodes } = await ask('two-factor/enable', { password })
  return { totpURI: String(totpURI), backupCodes: backupCodes as string[] }
}

export const endSecondFactor = (password: string) => ask('two-factor/disable', { password })

/** Returns the login sessions, the current one first, and its id. */
export async function readSessions(): Promise<{ here: string; all: Session[] }> {
  const [all, present] = await Promise.all([
    read<Session[]>('list-sessions'),
    read<{ session: Session }>('get-session'),
  ])
  const here = present.session.id
  return { here, all: all.sort((a, b) => Number(b.id === here) - Number(a.id === here)) }
}

export const endOtherSessions = () => ask('revoke-other-sessions')
