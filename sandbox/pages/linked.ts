import { type Html, html } from './layout.ts'

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]/g

/** Returns plain text with its web addresses as links that open in a new tab. */
export function linked(text: string): Html {
  const parts: unknown[] = []
  let end = 0
  for (const match of text.matchAll(ADDRESS)) {
    parts.push(text.slice(end, match.index), link(match[0]))
    end = match.index + match[0].length
  }
  return html`${[...parts, text.slice(end)]}`
}

/** Returns the web addresses that a mail's HTML links to, each once, in order. */
export function addressesIn(mailHtml: string): string[] {
  const found = [...mailHtml.matchAll(/href\s*=\s*["'](https?:[^"']+)["']/gi)].map((match) =>
    String(match[1]).replaceAll('&amp;', '&'),
  )
  return [...new Set(found)]
}

/** Returns an address as a link that opens in a new tab. */
export function link(address: string): Html {
  return html`<a href="${address}" target="_blank" rel="noopener noreferrer">${address}</a>`
}
