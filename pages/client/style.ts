import { practiceColours } from '../../domain/fields/colour.ts'

const light =
  '--canvas:#F6F7F9;--surface:#FFFFFF;--hover:#F1F4F8;--text:#16202B;--muted:#52606E;--hairline:#DCE1E7;--control:#7B8794;--accent:#1E4FB4;--warn:#7E4D00;--good:#14663F;--well:#E1F3E8;--end:#B3261E;--sunken:#EDF0F3'
const dark =
  '--canvas:#0F1318;--surface:#161C23;--hover:#1D252E;--text:#E7ECF1;--muted:#A2AFBC;--hairline:#2B343E;--control:#728090;--accent:#9CBDFF;--warn:#F0C277;--good:#83D6A9;--well:#15321F;--end:#C23A30;--sunken:#0B0F13'

// Sizes are in rem so that the reader's own text size is kept: 1.0625 rem is 17 px, 1.125 is 18, 1 is 16.
const rules = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--canvas);color:var(--text);font:400 1.0625rem/1.4706 system-ui,"Segoe UI Variable Text","Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
.in{max-width:632px;margin:0 auto;padding:0 16px}
header{background:var(--fill);color:var(--on);border-bottom:1px solid var(--hairline)}
header .in{display:flex;align-items:center;min-height:48px;padding-top:8px;padding-bottom:8px;font-size:1.25rem;line-height:1.35;font-weight:600}
header img{display:block;max-height:32px;max-width:240px}
main.in{padding-top:8px;padding-bottom:32px}
main:focus{outline:0}
h1,h2,h3,h4,p,dl,ul,ol{margin:0}
h1{font-size:1.5625rem;line-height:1.24;font-weight:600;margin:4px 0}
h2{font-size:1.25rem;line-height:1.35;font-weight:600;margin:12px 0 0}
h3,h4{font-size:inherit;font-weight:600}
h3{font-size:1rem;color:var(--muted);margin-top:16px}
form+h2,form+p,div+h2{margin-top:24px}
p+p{margin-top:12px}
.s,dl,footer,summary{font-size:1rem;line-height:1.5}
.m,footer{color:var(--muted)}
a,.link{color:var(--accent);text-decoration:underline;text-underline-offset:3px}
b,dt,strong{font-weight:600}
dl{margin-top:4px}
dl div+div{margin-top:4px}
summary{color:var(--accent);cursor:pointer;padding:8px 0}
details[open]{margin-bottom:12px}
details dl{margin:0 0 4px}
dt,dd{display:inline;margin:0}
button,input,textarea,.go,.no{font:inherit;border-radius:6px}
button{cursor:pointer}
.go,.no,.end{display:inline-block;min-height:48px;margin-top:20px;padding:11px 20px;font-weight:600;text-align:left;text-decoration:none}
.go{background:var(--fill);color:var(--on);border:1px solid var(--edge)}
.no{background:var(--surface);color:var(--text);border:1px solid var(--control)}
.end{background:var(--end);color:#fff;border:1px solid var(--end)}
.end:hover{box-shadow:inset 0 0 0 2px #fff}
.go:hover,.go:active{box-shadow:inset 0 0 0 2px var(--on)}
.no:hover,.tiles button:hover{background:var(--hover)}
.row{display:flex;flex-wrap:wrap;gap:0 12px}
.link{background:none;border:0;padding:0;text-align:left}
.ways{list-style:none;padding:0;margin-top:12px}
.ways a,.ways .link{display:inline-block;padding:12px 0}
.tiles{display:grid;grid-auto-rows:1fr;gap:8px;margin-top:8px}
.tiles button{display:flex;align-items:center;gap:12px;width:100%;min-height:56px;padding:2px 16px;background:var(--surface);color:var(--text);border:1px solid var(--control);border-radius:8px;font-weight:600;text-align:left}
.tiles button:active{border-color:var(--accent)}
.tiles button::after{content:"›"/"";margin-left:auto;color:var(--muted);font-weight:400}
.tiles small{font-size:1rem;line-height:1.4;font-weight:400;color:var(--muted)}
.tiles span{min-width:0}
.tiles small{display:block}
.tiles img,.tiles i{flex:none;width:24px;height:24px;border-radius:4px}
.tiles i{display:grid;place-items:center;border-radius:12px;background:var(--sunken);color:var(--muted);font:600 1rem/1 system-ui,sans-serif}
.well{display:flex;gap:12px;padding:16px;background:var(--well);color:var(--good);border-left:4px solid var(--good);border-radius:8px}
.well h1{margin:0 0 4px}
.well svg{flex:none;width:32px;height:32px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.accounts{list-style:none;padding:0;margin-top:4px}
.accounts li{padding:4px 0}
.f{white-space:nowrap}
.accounts+p,.well+p,section+p,ul+p{margin-top:12px}
.ways+p{margin-top:0}
.inline form,.inline .link{display:inline;padding:0}
p.ways a{margin-right:12px}
.w,.tiles .w{color:var(--warn)}
label{display:block;margin-top:16px;font-weight:600}
input,textarea{display:block;width:100%;font-weight:400;min-height:48px;margin-top:4px;padding:11px 12px;background:var(--surface);color:var(--text);border:1px solid var(--control)}
.card{margin-top:16px;padding:12px 16px;background:var(--surface);border:1px solid var(--hairline);border-radius:8px}
.card h2,.card .ways{margin:0}
.card+form{margin-top:16px}
fieldset{margin:16px 0 0;padding:0;border:0}
legend{padding:0;font-weight:600}
.pick{display:flex;align-items:center;gap:12px;min-height:48px;margin:0;padding:4px 0;font-weight:400}
.pick input{width:24px;min-height:24px;margin:0;flex:none}
.find{display:flex;gap:8px;align-items:end}
.find label{flex:1;min-width:0}
.find .no{margin:0}
.qr{display:none;gap:16px;align-items:center;margin-top:24px}
.qr svg{flex:none;width:132px;height:132px;padding:8px;background:#FFFFFF;border-radius:8px;border:1px solid var(--hairline)}
footer.in{padding-top:16px;padding-bottom:32px;position:relative}
footer.in::before{content:"";position:absolute;top:0;left:16px;right:16px;border-top:1px solid var(--hairline)}
footer p+p{margin-top:8px}
.skip{position:absolute;left:-999px;top:0;padding:12px 16px;background:var(--surface);color:var(--accent)}
.skip:focus{left:0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
header :focus-visible{outline-color:var(--on)}
@media(max-width:599px){.few button:nth-of-type(n+7){display:none}}
@media(min-width:600px){body{font-size:1.125rem;line-height:1.5}.two{grid-template-columns:1fr 1fr}.tabs{display:flex;gap:24px}header .in{min-height:56px}main.in{padding-top:24px}h2{margin-top:24px}dl{margin-top:12px}}
@media(min-width:760px) and (hover:hover) and (pointer:fine){.qr{display:flex}}
@media(prefers-reduced-motion:no-preference){.go,.no,.end,.tiles button{transition:background-color .12s,box-shadow .12s}}
@media(forced-colors:active){.go,.no,.end,.tiles button{border:1px solid ButtonText}}
`

/**
 * Returns the whole style sheet of a page in the practice's colour. It is the document's one style element, so that a
 * Content Security Policy can allow exactly it by its hash.
 */
export function clientCss(colour: string | null): string {
  const c = practiceColours(colour)
  const shared = `--fill:${c.fill};--on:${c.onFill}`
  return (
    `:root{color-scheme:light dark;${light};${shared};--edge:${c.edgeOnLight}}` +
    `@media(prefers-color-scheme:dark){:root{${dark};--edge:${c.edgeOnDark}}}` +
    rules.replaceAll('\n', '')
  )
}
