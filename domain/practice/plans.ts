/** What an account has bought; `business` is one that is no accounting practice. */
export const PLANS = ['standard', 'plus', 'business'] as const
export type Plan = (typeof PLANS)[number]

/** The plan that each thing needs which is not in every plan. */
const NEEDS = { my_clients: { plan: 'plus', planName: 'Plus', name: 'My clients' } } as const
export type Planned = keyof typeof NEEDS

/** Whether a plan has it. */
export const isInPlan = (plan: Plan, what: Planned): boolean => plan === NEEDS[what].plan

/** Why it is not there, and who can change that; `admins` as a sentence lists them. */
export const notInPlan = (what: Planned, admins: string): string =>
  `${NEEDS[what].name} is part of the ${NEEDS[what].planName} plan. ${admins} can change it.`
