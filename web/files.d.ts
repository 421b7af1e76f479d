/// <reference types="vite/client" />

declare module 'tinykeys' {
  export function tinykeys(
    target: Window,
    keys: Record<string, (event: KeyboardEvent) => void>,
    options?: { ignore?: (event: KeyboardEvent) => boolean },
  ): () => void
}
