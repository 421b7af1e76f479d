/** The style sheet of all pages: light and dark, from 320 px up, no script. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#16191d;--soft:#5b6470;--line:#d9dde3;--hover:#eef1f5;
--accent:#1d4ed8;--on-accent:#fff;--good:#15683c;--good-ground:#e2f4e9;--bad:#a3211b;--bad-ground:#fdeaea;--wait:#7a4b00;
--wait-ground:#fdf1da;--radius:10px}
@media (prefers-color-scheme:dark){:root{--ground:#101317;--card:#191d23;--ink:#e8ebef;--soft:#9aa4b1;--line:#303740;
--hover:#222831;--accent:#7ea6ff;--on-accent:#0c1424;--good:#7fd7a3;--good-ground:#14301f;--bad:#ff9d97;--bad-ground:#3a1917;
--wait:#f1c46f;--wait-ground:#35290f}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
-webkit-text-size-adjust:100%}
h1{font-size:1.35rem;line-height:1.25;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.05rem;margin:0 0 .5rem}
p{margin:.25rem 0 .75rem}ul{padding-left:1.25rem;margin:.25rem 0 1rem}
a{color:var(--accent)}
.soft{color:var(--soft)}.small{font-size:.875rem}.mono{font-family:ui-monospace,Consolas,monospace;font-size:.85em;overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.25rem;padding:.75rem 1.25rem;background:var(--card);
border-bottom:1px solid var(--line)}
.top strong{margin-right:auto}
.top a{color:var(--soft);text-decoration:none;padding:.25rem 0;border-bottom:2px solid transparent}
.top a:hover,.top a[aria-current]{color:var(--ink);border-color:var(--accent)}
.card{background:var(--card);border:1px solid var(--line);border-radius:var(--radius);padding:1.25rem}
.narrow{max-width:30rem;margin:2rem auto;padding:0 1rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1rem}
.wide{max-width:72rem;margin:1.25rem auto;padding:0 1rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1rem}
.brand{display:flex;align-items:center;gap:.75rem;margin-bottom:1rem}
.brand img,.bank img{width:2.5rem;height:2.5rem;border-radius:10px;flex:none}
.brand span{font-weight:600}
button,.button{font:inherit;font-weight:600;border:1px solid var(--line);border-radius:8px;padding:.6rem 1rem;min-height:2.75rem;
background:var(--card);color:var(--ink);cursor:pointer;text-decoration:none;display:inline-block}
button:hover,.button:hover{background:var(--hover)}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
button.primary:hover{filter:brightness(1.08)}
button.small{min-height:2.25rem;padding:.3rem .7rem;font-size:.875rem}
.row{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
.stack{display:grid;gap:.6rem}.stack>button{width:100%}
form{margin:0}
label{display:block;font-weight:600;font-size:.9rem;margin-bottom:.25rem}
input[type=text],input[type=email],input[type=password],input[type=search],input[type=number],select{font:inherit;width:100%;
padding:.55rem .7rem;min-height:2.75rem;border:1px solid var(--line);border-radius:8px;background:var(--ground);color:var(--ink)}
.field{margin-bottom:.9rem}
fieldset{border:0;margin:0 0 1rem;padding:0;min-width:0}legend{font-weight:600;padding:0;margin-bottom:.4rem}
.choice{display:flex;gap:.75rem;align-items:center;padding:.7rem .8rem;border:1px solid var(--line);border-radius:8px;margin:0 0 .5rem;
font-weight:400;font-size:1rem;cursor:pointer}
.choice:hover{background:var(--hover)}.choice:has(:checked){border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.choice input{width:1.15rem;height:1.15rem;flex:none;accent-color:var(--accent);margin:0}
.choice small,.bank small{display:block;color:var(--soft)}
.bank{display:flex;gap:.75rem;align-items:center;width:100%;text-align:left;margin-bottom:.5rem;font-weight:500}
details{border-top:1px dashed var(--line);padding-top:.9rem;margin-top:1.1rem}
summary{cursor:pointer;font-weight:600;color:var(--soft);margin-bottom:.5rem}
.badge{display:inline-block;border-radius:999px;padding:.05rem .6rem;font-size:.78rem;font-weight:600;background:var(--hover);color:var(--soft);white-space:nowrap}
.badge.good{background:var(--good-ground);color:var(--good)}.badge.bad{background:var(--bad-ground);color:var(--bad)}
.badge.wait{background:var(--wait-ground);color:var(--wait)}
.note{border-radius:8px;padding:.6rem .8rem;background:var(--bad-ground);color:var(--bad);margin-bottom:1rem}
.filters{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end}.filters>div{flex:1 1 12rem}.filters>div.slim{flex:0 1 9rem}
.mailbox{display:grid;grid-template-columns:minmax(16rem,22rem) minmax(0,1fr);gap:1rem;align-items:start}
.list{padding:0;overflow:hidden;list-style:none;margin:0}
.list a{display:block;padding:.7rem 1rem;color:inherit;text-decoration:none;border-bottom:1px solid var(--line)}
.list li:last-child a{border-bottom:0}.list a:hover{background:var(--hover)}
.list a[aria-current]{background:var(--hover);box-shadow:inset 3px 0 0 var(--accent)}
.list .line{display:flex;justify-content:space-between;gap:.75rem}
.list .line>:first-child,.list .cut{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
iframe{display:block;width:100%;height:70vh;border:1px solid var(--line);border-radius:8px;background:#fff}
.sms{background:var(--hover);border-radius:14px 14px 14px 4px;padding:.75rem 1rem;max-width:26rem;white-space:pre-wrap;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.15rem 1rem;margin:0 0 1rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.entries{list-style:none;padding:0;margin:0}.entries li{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;padding:.7rem 0;border-top:1px solid var(--line)}
.entries li>:first-child{flex:1 1 16rem;min-width:0;overflow-wrap:anywhere}.entries small{display:block;color:var(--soft)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.45rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-size:.8rem;color:var(--soft);font-weight:600}.scroll{overflow-x:auto}
.foot{text-align:center;color:var(--soft);font-size:.8rem}
@media (max-width:50rem){.mailbox{grid-template-columns:minmax(0,1fr)}.mailbox.reading .list,.mailbox:not(.reading) .pane{display:none}
.narrow{margin-top:1rem}iframe{height:60vh}}
@media (min-width:50.01rem){.back{display:none}}
`
