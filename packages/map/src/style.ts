/** Colours, light and dark. */
const COLORS = `--back:#fff;--ink:#1c2330;--soft:#5a6474;--line:#c6ccd6;--card:#fff;--vpc:#f4f7fb;--vpc-line:#8aa0c0;--public:#fff6e0;--private:#eaf3ec;--doors:#eef0fb;--aws:#f6f2fa;--wire:#4a5a75;--in:#c2410c;--open:#15803d;--blocked:#b91c1c;--accent:#1d4ed8;--warn:#b45309;--new:#15803d;--changed:#a16207;--replaced:#b91c1c`;
const DARK = `--back:#12161d;--ink:#e8ecf2;--soft:#a9b3c2;--line:#3c4656;--card:#1c232e;--vpc:#161c26;--vpc-line:#516685;--public:#2c2514;--private:#15261b;--doors:#1d2135;--aws:#221b2c;--wire:#93a4c0;--in:#fb923c;--open:#4ade80;--blocked:#f87171;--accent:#7aa2ff;--warn:#fbbf24;--new:#4ade80;--changed:#facc15;--replaced:#f87171`;

const PICTURE = `
.map{font-family:system-ui,-apple-system,"Segoe UI","Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif;background:var(--back)}
.map text{fill:var(--ink)}
.heading{font-size:14px;font-weight:600}
.caption{font-size:11.5px}
.map .caption{fill:var(--soft)}
.zone-name{font-weight:600}
.captions text{paint-order:stroke;stroke:var(--back);stroke-width:4px;stroke-opacity:.8;stroke-linejoin:round}
.vpc{fill:var(--vpc);stroke:var(--vpc-line);stroke-width:2}
.band{stroke:none}.public{fill:var(--public)}.private{fill:var(--private)}.doors{fill:var(--doors)}
.zone{stroke:var(--vpc-line);stroke-dasharray:3 5}
.frame{fill:none;stroke:var(--vpc-line);stroke-width:1;opacity:.7}
rect.aws{fill:var(--aws);stroke:var(--line)}
rect.removed{fill:none;stroke:var(--replaced);stroke-dasharray:6 4}
.card{fill:var(--card);stroke:var(--line);stroke-width:1.2}
.sign path{fill:none;stroke:var(--accent);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.title{font-size:13px;font-weight:600}.under{font-size:11px}.map .under{fill:var(--soft)}
.chip{fill:var(--vpc);stroke:var(--line)}.chip-text{font-size:10.5px}
.zones{font-size:10.5px}.map .zones{fill:var(--soft)}
.wire path{fill:none;stroke:var(--wire);stroke-width:1.7}
.wire.aws path,.wire.out path,.wire.rule path{stroke-width:1.2;opacity:.75}
.wire.in path{stroke:var(--in);stroke-width:2.6}
.wire.blocked path{stroke:var(--blocked);stroke-dasharray:6 4}
.wire.unknown path{stroke-dasharray:2 4}
.head{fill:context-stroke;stroke:none!important}.stop{stroke:var(--blocked)!important;stroke-width:2;fill:none}
.port{font-size:10.5px;paint-order:stroke;stroke:var(--back);stroke-width:3px}
.internet .card,.people .card{stroke:var(--in)}.internet .sign path,.people .sign path{stroke:var(--in)}
.database .card,.cache .card{stroke:var(--accent)}
.badge path{fill:var(--warn)}.badge.error path{fill:var(--blocked)}.map .badge text{fill:var(--back);font-size:9.5px;font-weight:700}
.change-word{font-size:10.5px;font-weight:700}
.create .card{stroke:var(--new);stroke-width:2.5}.map .create .change-word{fill:var(--new)}
.update .card{stroke:var(--changed);stroke-width:2.5}.map .update .change-word{fill:var(--changed)}
.replace .card,.delete .card,.forget .card{stroke:var(--replaced);stroke-width:2.5}.map .replace .change-word,.map .delete .change-word,.map .forget .change-word{fill:var(--replaced)}
.delete .card,.forget .card{stroke-dasharray:5 3}
.alarm .card{fill:var(--replaced);stroke:var(--replaced)}.map .alarm text{fill:var(--back)!important}.alarm .sign path{stroke:var(--back)}
${["#2563eb", "#dc2626", "#16a34a", "#9333ea", "#ea580c", "#0891b2", "#db2777", "#65a30d", "#b45309", "#64748b"].map((color, index) => `.g${index}{fill:${color}}`).join("")}
`;

/** Of a picture that stands alone. */
export const SVG_STYLE = `svg{${COLORS}}@media (prefers-color-scheme:dark){svg{${DARK}}}${PICTURE}`;

/** Of a page, with a picture in it. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${COLORS}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif}
html[lang=en] .ja,html[lang=ja] .en{display:none}
header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:baseline;padding:12px 20px 0}
h1{font-size:20px;margin:0}h2{font-size:16px;margin:0 0 6px}h3{font-size:14px;margin:12px 0 4px}
header p{margin:0;color:var(--soft)}.languages{margin-left:auto}
button,select,input{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:7px;padding:5px 10px;max-width:100%}
button{cursor:pointer}button[aria-pressed=true]{border-color:var(--accent);color:var(--accent)}
button.main{background:var(--in);border-color:var(--in);color:#fff;font-weight:600}
@media (prefers-color-scheme:dark){button.main{color:#12161d}}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.ask{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;padding:10px 20px;position:sticky;top:0;background:var(--back);z-index:2;border-bottom:1px solid var(--line)}
.ask label{display:flex;gap:6px;align-items:center;color:var(--soft)}.ask select{width:15em}.ask input{width:10em}
.sides{display:grid;grid-template-columns:minmax(0,1fr) 340px;gap:16px;padding:12px 20px}
.picture{overflow:auto;max-height:88vh;border:1px solid var(--line);border-radius:10px}
.picture>svg{display:block;max-width:100%;height:auto;min-width:820px}.picture>svg.many{max-width:none}
.panel{max-height:88vh;overflow:auto}
section{margin:0 0 14px;overflow-wrap:anywhere}main>section{padding:0 20px}
code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
ul,ol{padding-left:20px;margin:4px 0}
.verdict{font-weight:700;margin:0}.verdict.open{color:var(--open)}.verdict.blocked{color:var(--blocked)}.verdict.unknown{color:var(--warn)}
.hops{list-style:none;padding:0}.hops li{padding:5px 0 5px 24px;position:relative;border-left:2px solid var(--line);margin-left:9px}
.mark{position:absolute;left:-10px;width:18px;height:18px;line-height:18px;text-align:center;border-radius:50%;background:var(--open);color:var(--back);font-size:12px;font-weight:700}
.no .mark{background:var(--blocked)}.maybe .mark{background:var(--warn)}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.fix{border-left:4px solid var(--warn);padding-left:10px}.same{color:var(--soft);font-size:13px}
.reach{list-style:none;padding:0}.reach li{margin:4px 0}.reach button{text-align:left}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:6px 0;font-size:13.5px}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.source{color:var(--soft);font-size:12.5px}.findings li{margin:4px 0}.error strong{color:var(--blocked)}.warning strong{color:var(--warn)}
.alarm-text{background:var(--replaced);color:var(--back);padding:6px 10px;border-radius:7px;font-weight:700}
.tag.create{color:var(--new)}.tag.update{color:var(--changed)}.tag.replace,.tag.delete,.tag.forget,.tag.lost{color:var(--replaced)}
.paths .opens>span:first-of-type,.paths .opens>.en,.paths .opens>.ja{color:var(--in);font-weight:700}.paths{list-style:none;padding:0}.paths li{margin:4px 0}
.legend{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:4px 18px}
.legend svg{vertical-align:middle;margin-right:8px}.legend .sign path{fill:none;stroke:var(--accent);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}.sample{background:none}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;border-top:1px solid var(--line);padding:4px 10px 4px 0}td ul{list-style:none;padding:0;margin:0}
.thing{cursor:pointer}.thing:focus{outline:none}.thing:hover .card{stroke:var(--accent);stroke-width:2.5}.thing:focus-visible .card{stroke:var(--accent);stroke-width:4}
.dimmed .thing:not(.lit){opacity:.35}.dimmed .wire:not(.lit){opacity:.12}
.lit .card{stroke-width:2.6}.reached .card{stroke:var(--in);stroke-width:3.5}.perhaps .card{stroke:var(--warn);stroke-width:3;stroke-dasharray:4 4}
.many .wire{display:none}.many .wire.lit,.many .wire.in{display:inline}
.trace{fill:none;stroke-width:5;stroke-linecap:round;opacity:.85;pointer-events:none}.trace.open{stroke:var(--open)}.trace.blocked,.trace.cross{stroke:var(--blocked)}.trace.unknown{stroke:var(--warn);stroke-dasharray:3 9}
@media (max-width:1000px){.sides{grid-template-columns:minmax(0,1fr);padding:8px 10px}.panel{max-height:none}.picture{max-height:70vh}.ask{position:static;padding:8px 10px}.ask label{flex:1 1 100%;min-width:0}.ask select,.ask input{flex:1;width:auto;min-width:0}header{padding:10px}main>section{padding:0 10px}}
@media (prefers-reduced-motion:no-preference){.thing,.wire{transition:opacity .15s}}
@media print{.ask,.languages,.hint{display:none}.sides{display:block}.picture,.panel{max-height:none;overflow:visible;border:0}.picture>svg{min-width:0;max-width:100%}details:not([open])>*{display:revert}}
${PICTURE}`;
