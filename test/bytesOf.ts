import { get } from 'node:http'

/** How many bytes an address is answered with, to a browser that takes Brotli, as people have it over TLS. */
export const bytesOf = (url: string): Promise<{ bytes: number; encoding: string }> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, async (response) => {
      let bytes = 0
      for await (const part of response) bytes += part.length
      resolve({ bytes, encoding: response.headers['content-encoding'] ?? '' })
    }).on('error', reject)
  })
