declare module 'html-to-text' {
  type Selector = { selector: string; format?: 'skip' | 'anchor' | 'block'; options?: Record<string, unknown> }
  /** Returns a function that converts HTML to plain text. */
  export function compile(options: { wordwrap: false; selectors: Selector[] }): (html: string) => string
}
