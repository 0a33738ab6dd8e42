// The style sheet of the report: light, dark, paper, and down to the width of a phone. Colours are told by letter or word as well.

export const style = `
:root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--soft:#59636e;--line:#d5dae0;--panel:#f5f7f9;--good:#2f8f5b;--weak:#c98a00;--bad:#c62f3b;--unknown:#7b5ea7;--dot:#2b6cb0;--on:#fff;
--p0:#2b6cb0;--p1:#2a9d8f;--p2:#8a6fb5;--p3:#b7791f;--p4:#4a8c3b;--p5:#a3557c}
@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e4e8ec;--soft:#9aa5b1;--line:#333c46;--panel:#1c2229;--good:#46b37a;--weak:#e0a82e;--bad:#ef5d68;--unknown:#a98bd4;--dot:#63a4e8;--on:#14181d;
--p0:#63a4e8;--p1:#4fc3b4;--p2:#b39ddb;--p3:#e0a95a;--p4:#86c06c;--p5:#d58bb0}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 20px 60px;max-width:1080px;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6em;margin:0 0 4px}h2{font-size:1.2em;margin:36px 0 10px;border-bottom:1px solid var(--line);padding-bottom:4px}h3{font-size:1em;margin:0 0 6px}.note+h3,p+h3,div+h3{margin-top:22px}
p{margin:6px 0}.note,.facts{color:var(--soft);font-size:.9em}
.headline{font-size:1.15em;margin:14px 0}
code,pre,.m{font-family:ui-monospace,monospace;font-size:.88em}pre{background:var(--panel);padding:10px;overflow-x:auto;white-space:pre-wrap}
table{border-collapse:collapse;width:100%;font-size:.9em}th,td{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600}.n{text-align:right;white-space:nowrap}
.wide{overflow-x:auto}.wide th,.wide td{overflow-wrap:normal}.wide+.wide{margin-top:18px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;font-size:.9em}dt{color:var(--soft)}dd{margin:0}
ul{padding-left:20px}.reasons{margin:6px 0}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;font-size:.9em}.legend i{margin-right:6px}
i{font-style:normal;display:inline-block;width:15px;height:15px;border-radius:3px;text-align:center;font-size:11px;line-height:15px;font-weight:700;color:var(--on);vertical-align:middle}
a{color:inherit;text-decoration:none}a:hover i{outline:2px solid var(--text)}
i.good,.badge.good{background:var(--good)}i.weak,.badge.weak{background:var(--weak)}i.bad,.badge.bad{background:var(--bad)}i.unknown,.badge.unknown{background:var(--unknown)}
.badge{color:var(--on);border-radius:4px;padding:1px 8px;font-size:.85em;font-weight:600}
.racks{display:flex;flex-wrap:wrap;gap:14px}figure{margin:0}figcaption{font-size:.85em;color:var(--soft)}.cells{display:flex;flex-wrap:wrap;gap:3px;max-width:286px}
.cells a,.cells i{display:block}
.sets{width:auto}
.racks figure:only-child .cells{max-width:none}
.node{background:var(--panel);border-radius:8px;padding:12px 16px;margin:10px 0}
summary{cursor:pointer;color:var(--soft)}
.plot{width:100%;height:auto;display:block}.label{font-size:11px;fill:var(--soft)}.label.strong{fill:var(--bad);font-weight:600}
.axis{stroke:var(--soft)}.grid{stroke:var(--line)}.dot{fill:var(--dot);fill-opacity:.75}.dot.slow{fill:var(--bad);fill-opacity:1}.dot.now{stroke:var(--text);stroke-width:2}
.median{stroke:var(--good);stroke-width:1.5}.limit{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 3}
.curve{fill:none;stroke:var(--dot);stroke-opacity:.35}.curve.suspect{stroke:var(--bad);stroke-opacity:1;stroke-width:1.8}
.trend{fill:none;stroke:var(--dot);stroke-width:1.5}.range{stroke:var(--dot);stroke-opacity:.5;stroke-width:4}
.crash{stroke:var(--bad);stroke-width:2.5}.open{stroke:var(--bad);stroke-width:1.5;fill-opacity:.45}
${[0, 1, 2, 3, 4, 5].map((at) => `.p${at}{fill:var(--p${at})}i.p${at}{background:var(--p${at})}`).join('')}
@media (max-width:640px){body{padding:14px 12px 40px}.scroll{overflow-x:auto}.scroll .plot{min-width:560px}.fit .label{font-size:16px}dl{grid-template-columns:1fr}dt{margin-top:4px}}
@media print{:root{color-scheme:light;--page:#fff;--text:#000;--soft:#444;--line:#bbb;--panel:#fff;--good:#2f8f5b;--weak:#c98a00;--bad:#c62f3b;--unknown:#7b5ea7;--dot:#2b6cb0;--on:#fff}
body{max-width:none;padding:0;font-size:11px}i,.badge,rect,circle{print-color-adjust:exact;-webkit-print-color-adjust:exact}.node,svg,figure{break-inside:avoid}
.node{border:1px solid var(--line)}h2{break-after:avoid}details::details-content{content-visibility:visible;block-size:auto}}
`.trim();
