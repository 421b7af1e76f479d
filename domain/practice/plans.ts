/** The plans that an account can have. `business` is for a business that is no accounting practice. */
export const PLANS = ['standard', 'plus', 'business'] as const
export type Plan = (typeof PLANS)[number]

/** The features that not every plan has, with the plan each needs. */
const NEEDS = { my_clients: { plan: 'plus', planName: 'Plus', name: 'My clients' } } as const
export type Planned = keyof typeof NEEDS

/** Returns true if the plan includes the feature. */
export const isInPlan = (plan: Plan, what: Planned): boolean => plan === NEEDS[what].plan

/** Returns the refusal of a feature outside the plan. `admins`: those who can change it, as a sentence lists them. */
export const notInPlan = (what: Planned, admins: string): string =>
  `${NEEDS[what].name} is part of the ${NEEDS[what].planName} plan. ${admins} can change it.`
