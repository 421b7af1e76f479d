/** What somebody prefers in this browser. Read where it is used: whoever changes it is on another page. */

const DENSITY = 'embark.density'
const LETTERS = 'embark.letters'

export type Density = 'roomy' | 'compact'

/** Whether a client takes one line of the list, or two. */
export const densityChosen = (): Density => (localStorage.getItem(DENSITY) === 'compact' ? 'compact' : 'roomy')
export const setDensity = (density: Density): void => localStorage.setItem(DENSITY, density)

/** Whether single letters do something by themselves. */
export const areLettersOn = (): boolean => localStorage.getItem(LETTERS) !== 'off'
export const setLetters = (isOn: boolean): void => localStorage.setItem(LETTERS, isOn ? 'on' : 'off')
