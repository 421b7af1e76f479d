import { randomUUID } from 'node:crypto'
import type { MemberRole } from '../../domain/rights.ts'
import type { EngineAway } from './engineAway.ts'

export type FivePeople = Awaited<ReturnType<typeof createFivePeople>>

/** Creates a practice with two admins and three people of the role Standard; each address begins with the name. */
export async function createFivePeople({ owner, createPractice }: EngineAway) {
  const practiceId = await createPractice()
  const add = async (name: string, role: MemberRole) => {
    const email = `${name.toLowerCase()}.${randomUUID().slice(0, 8)}@staff.example`
    const [person] = await owner<{ id: string }[]>`
      INSERT INTO identity.person (name, email) VALUES (${name}, ${email}) RETURNING id`
    await owner`INSERT INTO membership (practice_id, user_id, role) VALUES (${practiceId}, ${person!.id}, ${role})`
    return person!.id
  }
  return {
    practiceId,
    ada: await add('Ada', 'practice_admin'),
    ben: await add('Ben', 'client_admin'),
    cy: await add('Cy', 'standard'),
    dot: await add('Dot', 'standard'),
    eve: await add('Eve', 'standard'),
  }
}
