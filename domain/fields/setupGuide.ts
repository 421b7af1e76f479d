/** What a practice says to a client who has completed. */
export type SetupGuide = { title: string; text: string; links: { label: string; url: string }[] }
