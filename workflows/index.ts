/** The workflows of the bundle, by the names that the engine knows. */
export { connection } from './connection.ts'
export { onboarding } from './onboarding.ts'
