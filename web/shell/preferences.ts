/** The keys of the preferences of this browser. They are read on use, because they change on another page. */

const DENSITY = 'embark.density'
const LETTERS = 'embark.letters'

export type Density = 'roomy' | 'compact'

/** Returns the row height of the client list: one line (`compact`) or two. */
export const densityChosen = (): Density => (localStorage.getItem(DENSITY) === 'compact' ? 'compact' : 'roomy')
export const setDensity = (density: Density): void => localStorage.setItem(DENSITY, density)

/** Returns true unless single-letter shortcuts are switched off. */
export const areLettersOn = (): boolean => localStorage.getItem(LETTERS) !== 'off'
export const setLetters = (isOn: boolean): void => localStorage.setItem(LETTERS, isOn ? 'on' : 'off')
