import type { Endpoint } from '../endpoint.ts'
import { cancelOnboarding, undoCancel } from './onboardings/cancelOnboarding.ts'
import { createOnboardingEndpoint } from './onboardings/createOnboarding.ts'
import { getLink } from './onboardings/getLink.ts'
import { getOnboarding } from './onboardings/getOnboarding.ts'
import { inviteClient } from './onboardings/inviteClient.ts'
import { listOnboardings } from './onboardings/listOnboardings.ts'

/** Every endpoint of the staff API, in the order of the reference. */
export const endpoints: Endpoint[] = [
  createOnboardingEndpoint,
  listOnboardings,
  getOnboarding,
  inviteClient,
  getLink,
  cancelOnboarding,
  undoCancel,
]
