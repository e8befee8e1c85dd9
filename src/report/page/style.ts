/*
 * The look of all pages, inline in each of them: a page is one file and asks the network for nothing.
 * Light on paper, light or dark on a screen as the reader's system says. Colours are Okabe and Ito's
 * (https://jfly.uni-koeln.de/color/), which colour-blind people tell apart; none is the only sign of anything.
 */
export const pageStyle = `
:root {
  color-scheme: light;
  --paper: #fff; --card: #f6f7f9; --line: #d8dce3; --ink: #1a202b; --faint: #596273;
  --good: #00694f; --good-tint: #e0f3ec; --bad: #b3261e; --bad-tint: #fdeae8; --warn: #8a5300; --warn-tint: #fff3dc;
  --one: #0072b2; --two: #00795a; --accent: #0072b2; --stall: #c24f00;
  --t1: #a9d3f0; --t2: #f6d79a; --t3: #a6dcc8; --t4: #eac3da; --t5: #f3e98f; --t6: #f5bf99; --t7: #c9cbe8; --t8: #d5d5d0;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --paper: #12161d; --card: #1b212b; --line: #364050; --ink: #e7ebf1; --faint: #a0abbb;
    --good: #4fd1a5; --good-tint: #12352b; --bad: #ff8a80; --bad-tint: #431b19; --warn: #f5bd5c; --warn-tint: #3a2b0d;
    --one: #56b4e9; --two: #3fc79a; --accent: #56b4e9; --stall: #ff9a5c;
    --t1: #21587f; --t2: #77560f; --t3: #1d6650; --t4: #74415f; --t5: #665f10; --t6: #84461d; --t7: #45487f; --t8: #4d4f52;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%; overflow-wrap: break-word;
}
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: clamp(1.5rem, 1.1rem + 2vw, 2.1rem); line-height: 1.2; letter-spacing: -.015em; margin: .5rem 0; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.75rem 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 44rem; }
ul { margin: .25rem 0 .75rem; padding-left: 1.2rem; }
code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--card); border-radius: 4px; padding: .1em .3em; }
.faint { color: var(--faint); }
.eyebrow { color: var(--faint); font-size: .875rem; margin: 0; }
.badge { display: inline-block; white-space: nowrap; border-radius: 99px; padding: .15rem .8rem; font-weight: 650; font-size: .875rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.badge.good { background: var(--good-tint); } .badge.bad { background: var(--bad-tint); } .badge.warn { background: var(--warn-tint); }
.reasons { border-left: 4px solid var(--line); padding: .1rem 0 .1rem 1rem; list-style: none; margin: 1rem 0; }
.reasons.bad { border-color: var(--bad); } .reasons li { color: var(--ink); }
.next { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 8px; padding: .6rem .9rem; margin: 1rem 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.8rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; padding: 0; }
.figures > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem .9rem .8rem; min-width: 0; }
.figures dt { color: var(--faint); font-size: .8125rem; line-height: 1.3; }
.figures dd { margin: 0; font-size: .8125rem; line-height: 1.35; color: var(--faint); }
.figures dd.value { font-size: 1.6rem; line-height: 1.3; font-weight: 650; letter-spacing: -.02em; color: var(--ink); font-variant-numeric: tabular-nums; }
.figures dd.value.good { color: var(--good); } .figures dd.value.bad { color: var(--bad); } .figures dd.value.warn { color: var(--warn); }
figure { margin: 1rem 0 0; }
figcaption { color: var(--faint); font-size: .875rem; max-width: 44rem; }
.chart { color: var(--ink); margin-top: .5rem; }
.chart svg { display: block; width: 100%; height: auto; --plot-background: var(--paper); overflow: visible; font-family: inherit; font-size: 12px; }
.chart .narrow { display: none; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; margin: .4rem 0 0; font-size: .8125rem; color: var(--faint); }
.key i { display: inline-block; width: .8em; height: .8em; border-radius: 3px; margin-right: .4em; vertical-align: -.05em; background: var(--swatch); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; margin: .75rem 0 0; }
caption { text-align: left; color: var(--faint); font-size: .875rem; padding-bottom: .25rem; }
th, td { text-align: left; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--faint); font-weight: 550; font-size: .8125rem; vertical-align: bottom; }
tbody th { font-weight: 550; }
.num { text-align: right; padding-right: 0; padding-left: .6rem; }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--accent); font-size: .875rem; padding: .2rem 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0 2rem; margin: .5rem 0 0; font-size: .9rem; }
.pairs > div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line); padding: .35rem 0; min-width: 0; }
.pairs dt { color: var(--faint); } .pairs dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; min-width: 0; }
footer { margin-top: 3rem; color: var(--faint); font-size: .8125rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media (max-width: 37.5rem) {
  .chart .wide { display: none; } .chart .narrow { display: block; max-width: 29rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; }
  .figures dd.value { font-size: 1.35rem; }
  .extra { display: none; }
  table.flat { font-size: .8125rem; } table.flat .num { padding-left: .3rem; white-space: nowrap; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack tr { display: block; border-bottom: 1px solid var(--line); padding: .45rem 0; }
  table.stack th, table.stack td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; text-align: right; }
  table.stack tbody th { text-align: left; }
  table.stack td::before { content: attr(data-name); color: var(--faint); text-align: left; }
}
@page { size: A4; margin: 15mm; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .chart .wide { display: block !important; } .chart .narrow { display: none !important; }
  h2, figcaption, caption { break-after: avoid; }
  h2 { margin-top: 1.5rem; }
  .chart, tr, .figures > div, .pairs > div { break-inside: avoid; }
  .figures > div { background: none; }
  details:not([open]) { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
