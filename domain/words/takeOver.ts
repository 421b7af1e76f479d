/** A sign-in that a colleague is to take over. `from`: whose it is, if known. */
export type TakeOver = { from: string | null; software: string; clients: number }

/** Returns the sentence that asks for it: `Rosa is handing over 14 clients to you` with the software's name. */
export const takeOverSentence = ({ from, software, clients }: TakeOver): string =>
  `${from ?? 'A colleague'} is handing over ${clients} ${software} ${clients === 1 ? 'client' : 'clients'} to you`
