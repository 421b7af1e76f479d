/** A list of stolen passwords. */
export interface BreachProvider {
  readonly name: string
  /**
   * Returns true if the password is in the list. Sends only part of its hash. Throws ProviderFailure when the list does
   * not answer, or another server answers in its place.
   */
  isBreached(password: string): Promise<boolean>
}
