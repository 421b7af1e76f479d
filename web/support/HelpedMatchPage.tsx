import { MatchPage } from '../clients/match/MatchPage.tsx'
import { HelpedPage } from './HelpedPage.tsx'

/** The page to match accounts, for support. */
export const HelpedMatchPage = () => <HelpedPage page={MatchPage} />
