/**
 * Returns `"Name" <address>` for any name: nothing in it can end the quotation or the header line, or pose as another
 * address. Names saved before such names were refused may hold one.
 */
export function senderOf(name: string, emailFrom: string): string {
  const address = /<([^<>]+)>\s*$/.exec(emailFrom)?.[1] ?? emailFrom.trim()
  const plain = name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s<>@＜＞＠]+/gu, ' ')
    .trim()
    .replace(/["\\]/g, '\\$&')
  return `"${plain}" <${address}>`
}
