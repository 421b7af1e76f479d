import { z } from 'zod'
import { Problem } from '../../problem.ts'

export const joinParams = z.object({
  token: z
    .string()
    .regex(/^[\w-]{22}$/)
    .meta({ description: 'As the mailed link ends.' }),
})

export const invitationEnded = () =>
  new Problem(404, 'invitation_ended', 'This invitation was used, withdrawn or is over. Ask for a new one.')
