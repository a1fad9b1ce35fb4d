import { createHash } from 'node:crypto';

/** Without blanks where CSS needs none. Dark on a dark screen; paper is always light. */
const LIGHT =
    '--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d0d7de;--head:#f3f5f7;--c0:#0550ae;--c1:#b35900;--c2:#116329;' +
    '--outage:#fbe3d6;--hatch:#8c6d00;--good:#116329;--bad:#b3261e;--warn:#7a5200;--banner:#fff3c4';
const DARK =
    '--bg:#14181d;--fg:#e6e9ec;--dim:#a4adb6;--line:#3a424b;--head:#1f252c;--c0:#79b8ff;--c1:#ffb066;--c2:#7ee2a0;' +
    '--outage:#4a2f22;--hatch:#e3b341;--good:#7ee2a0;--bad:#ff9a91;--warn:#f2cc60;--banner:#4d3d00';

export const STYLE = [
    `:root{color-scheme:light dark;${LIGHT}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${DARK}}}`,
    '*{box-sizing:border-box}',
    'body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.45 system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}',
    'main{max-width:60rem;margin:0 auto;padding:1.2rem 1rem 2.5rem}',
    'h1{font-size:1.55rem;line-height:1.2;margin:0}',
    'h2{font-size:1.12rem;margin:1.9rem 0 .5rem;padding-bottom:.2rem;border-bottom:1px solid var(--line)}',
    'p{margin:.4rem 0}',
    '.sub,.foot,figcaption span{color:var(--dim)}',
    '.lead{font-size:1.12rem;margin:.9rem 0}',
    '.banner{background:var(--banner);border:1px solid var(--hatch);padding:.5rem .8rem;font-weight:600;margin:0 0 1rem}',
    '.foot{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem;font-size:.87rem}',
    'dl{display:grid;grid-template-columns:minmax(11rem,auto) 1fr;gap:.15rem 1.2rem;margin:.4rem 0}',
    'dt{color:var(--dim)}',
    'dd{margin:0;overflow-wrap:anywhere}',
    '.wide{overflow-x:auto}.wide:focus-visible{outline:2px solid var(--c0)}',
    'table{border-collapse:collapse;width:100%;font-size:.93rem;margin:.4rem 0 .8rem}',
    'caption{text-align:left;color:var(--dim);padding:.2rem 0}',
    'th,td{text-align:left;vertical-align:top;padding:.28rem .55rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}',
    'thead th{background:var(--head)}',
    'tbody th{font-weight:600}',
    '.n{text-align:right;font-variant-numeric:tabular-nums}',
    'td.n,.t{white-space:nowrap}',
    '.many{font-size:.82rem}.many th,.many td{padding:.15rem .35rem}',
    '.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}.warn{color:var(--warn);font-weight:600}',
    'figure{margin:.6rem 0 1rem}',
    'figcaption{font-weight:600}',
    'figcaption span{font-weight:400}',
    'svg{display:block;width:100%;height:auto}',
    'svg text{fill:var(--fg);font-size:11px}',
    'svg .dim{fill:var(--dim)}',
    '.grid{stroke:var(--line);stroke-width:1}',
    '.axis{stroke:var(--dim);stroke-width:1}',
    '.l0,.l1,.l2{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}',
    '.l0{stroke:var(--c0)}.l1{stroke:var(--c1);stroke-dasharray:7 4}.l2{stroke:var(--c2);stroke-dasharray:2 4}',
    'svg .t0{fill:var(--c0)}svg .t1{fill:var(--c1)}svg .t2{fill:var(--c2)}',
    '.d0{fill:var(--c0)}.d1{fill:var(--c1)}.d2{fill:var(--c2)}',
    '.outage{fill:var(--outage)}',
    '.hatch{stroke:var(--hatch);stroke-width:1.2}',
    '.mark{stroke:var(--fg);stroke-width:1;stroke-dasharray:1 2}',
    '.bar{fill:var(--c0)}.part{fill:var(--bg);stroke:var(--c0);stroke-width:1.2;stroke-dasharray:3 2}',
    '@page{size:A4;margin:14mm 14mm 16mm;@bottom-right{content:counter(page)" / "counter(pages);font-size:9pt}}',
    `@media print{:root{color-scheme:light;${LIGHT}}body{font-size:10pt}main{max-width:none;padding:0}` +
        '.wide{overflow:visible}tbody .f{overflow-wrap:anywhere}.many{font-size:7.5pt}h2{break-after:avoid}figure,tr,dl{break-inside:avoid}thead{display:table-header-group}' +
        'thead th,.banner,.outage,.bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}}',
    '@media(max-width:34rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}svg text{font-size:17px}.l0,.l1,.l2{stroke-width:3}}',
].join('\n');

/** Nothing is loaded, nothing runs: the value of `Content-Security-Policy`, for the page itself and for who serves it. */
export const REPORT_CSP = [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
].join(';');
