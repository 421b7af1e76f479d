import { get } from 'node:http'

/** Returns the size of an answer in bytes, for a browser that accepts Brotli, as browsers do over TLS. */
export const bytesOf = (url: string): Promise<{ bytes: number; encoding: string }> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, async (response) => {
      let bytes = 0
      for await (const part of response) bytes += part.length
      resolve({ bytes, encoding: response.headers['content-encoding'] ?? '' })
    }).on('error', reject)
  })
