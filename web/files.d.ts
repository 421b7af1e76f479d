/// <reference types="vite/client" />

/** Its package names its types where they are not looked for. */
declare module 'tinykeys' {
  export function tinykeys(target: Window, keys: Record<string, (event: KeyboardEvent) => void>): () => void
}
