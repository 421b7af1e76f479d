import { MatchPage } from '../clients/match/MatchPage.tsx'
import { HelpedPage } from './HelpedPage.tsx'

/** Matching the accounts of a client of a practice that has let support in. */
export const HelpedMatchPage = () => <HelpedPage page={MatchPage} />
