import { z } from 'zod'
import type { TeamChangeRefusal } from '../../../commands/people/createTeam.ts'
import { type FieldProblem, Problem, validationProblem } from '../../problem.ts'
import { line } from '../fields.ts'
import { clientText, colleagueText, idText } from '../texts.ts'

export const teamParams = z.object({ id: z.uuid().meta({ description: 'Of the team.' }) })

export const teamName = line(80, 'Name the team, for example Payroll.')

/** A group of colleagues that can be given access. */
export const teamSchema = z
  .object({
    id: idText,
    name: z.string().meta({ example: 'Payroll' }),
    members: z.array(z.object({ id: idText, name: colleagueText })),
    clients: z.int().meta({ description: 'How many clients the team may see by a rule of its own.' }),
  })
  .meta({ id: 'Team' })

/** The people who lose access to clients without a team. */
export const lossesSchema = z
  .object({
    people: z
      .array(z.object({ id: idText, name: colleagueText, clients: z.int() }))
      .meta({ description: 'Who loses access to clients, and to how many each.' }),
    clients: z.int().meta({ description: 'How many clients somebody loses.' }),
    names: z.array(clientText).meta({ description: 'The names of the first twenty of them.' }),
  })
  .meta({ id: 'TeamLosses' })

/** Returns the problem of a refused creation or change of a team; `members` is the field with people. */
export function teamChangeProblem({ result }: TeamChangeRefusal, members: string): Problem {
  if (result === 'unknown_colleague') {
    return validationProblem([{ field: members, code: result, message: 'Choose from the people of your practice.' }])
  }
  const sentence = 'There is a team of this name already.'
  const errors: FieldProblem[] = [{ field: 'name', code: result, message: sentence }]
  return new Problem(409, result, sentence, { members: { errors } })
}
