import { type Instant, plainDate, sinceWords } from '../../../domain/words/dates.ts'
import type { Behind } from '../behind.ts'
import { PostButton, ReportButton } from '../parts.tsx'
import { QrCode } from '../qr.tsx'
import { words } from '../words.ts'
import type { BankChoice, BankTile } from './view.ts'

/** Number of tiles without a search or the whole list; the style sheet hides two of them on a phone. */
const firstTiles = 8
/** The most tiles of the whole list (without marks) and of a search (with marks), so that a page stays under 30 kB. */
const mostTiles = 135
const mostFound = 12

type BanksProps = {
  behind: Behind
  /** The address of the page, for search and the whole list. */
  at: string
  choice: BankChoice
  /** The connector to which people are sent. */
  connector: string
  accepted: boolean
  now: Instant
  qrUrl: string | null
}

/** The controls of the bank step: tiles with search and QR code, or one button when the connector asks itself. */
export function Banks({ behind, at, choice, connector, accepted, now, qrUrl }: BanksProps) {
  if (choice.by === 'connector') {
    const label = accepted ? words.banks.continueTo(connector) : words.banks.acceptAndContinue(connector)
    return (
      <>
        <p>{words.banks.connectorAsks(connector)}</p>
        <PostButton to={`${behind.base}/bank`} label={label} />
        <Phone url={qrUrl} />
      </>
    )
  }
  return (
    <>
      <h2 id="banks">{words.banks.title}</h2>
      <p className="s m">
        {!accepted && `${words.banks.accepts} `}
        {words.banks.approves(connector)}
      </p>
      <Tiles behind={behind} choice={choice} now={now} />
      <Search at={at} choice={choice} />
      <Phone url={qrUrl} />
    </>
  )
}

type TileChoice = Extract<BankChoice, { by: 'tiles' }>

function Tiles({ behind, choice, now }: { behind: Behind; choice: TileChoice; now: Instant }) {
  const whole = choice.all || (choice.query !== null && !choice.isUnknown)
  const isMarked = !choice.all
  const shown = choice.tiles.slice(0, choice.all ? mostTiles : whole ? mostFound : firstTiles)
  return (
    <>
      {choice.isUnknown && choice.query !== null && (
        <>
          <p>
            <strong>{words.banks.unknown(choice.query)}</strong>
          </p>
          <div className="ways inline">
            {words.banks.checkSpelling}{' '}
            <ReportButton
              base={behind.base}
              about="which_bank"
              label={words.banks.tellWhich(behind.practice.name)}
              text={choice.query}
            />
          </div>
        </>
      )}
      <form method="post" action={`${behind.base}/bank`} className={whole ? 'tiles two' : 'tiles two few'}>
        {shown.map((tile) => (
          <Tile key={tile.id} tile={tile} now={now} zone={behind.zone} isMarked={isMarked} />
        ))}
      </form>
      {shown.length < choice.tiles.length && whole && <p className="s m">{words.banks.more}</p>}
    </>
  )
}

function Tile({ tile, now, zone, isMarked }: { tile: BankTile; now: Instant; zone: string; isMarked: boolean }) {
  const mark = tile.mark ? (
    <img src={tile.mark} alt="" width={24} height={24} />
  ) : (
    <i aria-hidden="true">{[...tile.name.trim()][0]?.toUpperCase()}</i>
  )
  return (
    <button type="submit" name="bank" value={tile.id}>
      {isMarked && mark}
      {tile.failsSince === null && !tile.shared ? (
        tile.name
      ) : (
        <span>
          {tile.name}{' '}
          {tile.shared && (
            <small>
              {tile.shared.until === null
                ? words.banks.shared
                : words.banks.sharedUntil(plainDate(tile.shared.until, zone))}
            </small>
          )}
          {tile.failsSince !== null && (
            <small className="w">{words.banks.failsSince(sinceWords(tile.failsSince, now, zone))}</small>
          )}
        </span>
      )}
    </button>
  )
}

function Search({ at, choice }: { at: string; choice: TileChoice }) {
  return (
    <>
      <form method="get" action={`${at}#banks`} className="find">
        <label>
          {words.banks.another}
          <input type="search" name="q" defaultValue={choice.query ?? undefined} maxLength={60} autoComplete="off" />
        </label>
        <button type="submit" className="no">
          {words.banks.search}
        </button>
      </form>
      <p className="ways">
        {choice.all ? <a href={at}>{words.banks.few}</a> : <a href={`${at}?all=1#banks`}>{words.banks.all}</a>}
      </p>
    </>
  )
}

function Phone({ url }: { url: string | null }) {
  return (
    url && (
      <div className="qr">
        <QrCode text={url} name={words.banks.qrName} />
        <p>{words.banks.phone}</p>
      </div>
    )
  )
}
