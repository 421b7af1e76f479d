// The GSM 7-bit basic alphabet, each character of which counts once. The extension table ({ } [ ] ~ ^ | \ €) counts
// twice and is therefore treated as foreign. Line breaks are left out: names are one line.
const alphabet = new Set(
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)

// Letters and signs that losing their accent does not bring into the alphabet: each followed by how it is spelled.
const spelled = new Map(
  [
    `‘' ’' ‚' ‛' ′' \`' ´' ʼ' “" ”" „" «" »" ″" ‐- ‑- ‒- –- —- ―- −- ~- …... ·. •. ×x ÷/ |/ \\/ [( ]) {( }) €EUR`,
    '©(c) ®(R) ™TM №No ºo ªa đd ĐD ðd ÐD þth ÞTh łl ŁL ħh ĦH ıi ĸk ŋn ŊN œoe ŒOE ŧt ŦT əe ƏE ẞSS ƒf',
    'αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo',
    'ΑA ΒV ΕE ΖZ ΗI ΙI ΚK ΜM ΝN ΟO ΡR ΤT ΥY ΧCh',
    'аa бb вv гg дd еe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юyu яya',
    'АA БB ВV ГG ДD ЕE ЖZh ЗZ ИI ЙI КK ЛL МM НN ОO ПP РR СS ТT УU ФF ХKh ЦTs ЧCh ШSh ЩShch Ъ ЫY Ь ЭE ЮYu ЯYa',
    'іi їi єye ґg ђdj јj љlj њnj ћc џdz ІI ЇI ЄYe ҐG ЂDj ЈJ ЉLj ЊNj ЋC ЏDz',
  ]
    .flatMap((line) => line.split(' '))
    .map((entry): [string, string] => [entry.slice(0, 1), entry.slice(1)]),
)

/** True when every character is of the GSM basic alphabet, so that the text's length is its count of septets. */
export function isGsm(text: string): boolean {
  return [...text].every((character) => alphabet.has(character))
}

/**
 * A name in the GSM basic alphabet on one line: accents and foreign letters transliterated, what has no likeness left
 * out. A script without any likeness gives an empty string.
 */
export function toGsm(name: string): string {
  let line = ''
  for (const character of name.normalize('NFC')) line += letter(character)
  return line.replace(/ +/g, ' ').trim()
}

function letter(character: string): string {
  if (alphabet.has(character)) return character
  const known = spelled.get(character)
  if (known !== undefined) return known
  if (/\s/u.test(character)) return ' '
  // The parts of a composed or compatible character: č gives c and a mark, ﬁ gives f and i.
  const parts = character.normalize('NFKD')
  if (parts === character) return ''
  return [...parts].map((part) => (/\p{Mark}/u.test(part) ? '' : letter(part))).join('')
}
