/** A list of stolen passwords. */
export interface BreachProvider {
  readonly name: string
  /** Whether the password is in the list. It never leaves us whole. Throws a ProviderFailure when the list is away, or what answers is not the list. */
  isBreached(password: string): Promise<boolean>
}
