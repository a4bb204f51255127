/// How the page looks: one column, the reader's own fonts, light or dark as their system is.
///
/// The colours of series differ in lightness too, so that they can be told apart without hue.
enum ReportStyle {
  static let css: StaticString = """
    :root{color-scheme:light dark;--ink:#1b1f24;--quiet:#525a64;--line:#d3d8de;--paper:#fff;\
    --soft:#f3f5f7;--s0:#0b5fae;--s1:#b5500b;--s2:#0a7a55;--s3:#8a3d9c;--s4:#8a6a00;--s5:#4c5560}
    @media (prefers-color-scheme:dark){:root{--ink:#e9ecef;--quiet:#abb3bd;--line:#3d444d;\
    --paper:#14171b;--soft:#1f242a;--s0:#6db3f8;--s1:#f6a05b;--s2:#4fcf9f;--s3:#d69be6;\
    --s4:#dcc04a;--s5:#b4bcc6}}
    *{box-sizing:border-box}
    html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:62rem;padding:1.5rem 1rem 4rem;\
    font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;\
    overflow-wrap:anywhere}
    h1{font-size:clamp(1.6rem,5vw,2.3rem);line-height:1.15;margin:.2rem 0 .8rem}
    h2{font-size:1.3rem;line-height:1.25;margin:3rem 0 .6rem;padding-top:1rem;\
    border-top:1px solid var(--line)}
    h1,h2,h3,th,td,dd,li,code{unicode-bidi:isolate}
    h3{font-size:1.05rem;margin:2rem 0 .4rem}
    p,ul,dl,ol{margin:.5rem 0 1rem;max-width:44rem}
    .lead{font-size:1.15rem}
    .quiet,caption,.kind{color:var(--quiet)}
    .kind{margin:0}
    .note{border-left:4px solid var(--s1);padding:.4rem .8rem;background:var(--soft)}
    code,pre,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",\
    monospace;font-size:.88em}
    pre{background:var(--soft);padding:.8rem;white-space:pre-wrap;margin:.6rem 0}
    a{color:var(--s0)}
    nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;max-width:none}
    nav a{display:inline-block;padding:.25rem 0}
    dl.facts{max-width:none;display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}
    dl.facts dt{color:var(--quiet)}
    dl.facts dd{margin:0}
    table{border-collapse:collapse;width:100%;margin:.6rem 0 1.2rem}
    caption{text-align:left;padding-bottom:.4rem}
    th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;\
    border-bottom:1px solid var(--line)}
    th{font-weight:600}
    thead th{color:var(--quiet);font-weight:500;font-size:.9em}
    .number{text-align:right;font-variant-numeric:tabular-nums}
    td.number:not(.long){white-space:nowrap}
    :is(th,td):not(.long){overflow-wrap:break-word}
    th:last-child,td:last-child{padding-right:0}
    tr.total th,tr.total td{font-weight:600;border-top:2px solid var(--line)}
    figure{margin:1rem 0}
    figcaption{color:var(--quiet);max-width:44rem}
    .pair{display:grid;gap:0 2.5rem}
    svg{display:block;width:100%;height:auto}
    svg text{fill:var(--ink);font-size:13px;font-family:inherit}
    .grid{stroke:var(--line);stroke-width:1}
    .axis{stroke:var(--quiet);stroke-width:1}
    .equal{stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:5 4}
    .curve{fill:none;stroke:var(--s0);stroke-width:2.5;stroke-linejoin:round}
    .area{fill:var(--s0);opacity:.14}
    .stack{stroke:var(--paper);stroke-width:1}
    .s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}
    .s3{fill:var(--s3)}.s4{fill:var(--s4)}.s5{fill:var(--s5)}
    .legend{list-style:none;padding:0;margin:.6rem 0 1.2rem}
    .legend svg{display:inline-block;width:.8em;height:.8em;margin-right:.5em}
    .dot{fill:var(--s0);stroke:var(--paper);stroke-width:1.5}
    td.bar{width:40%;vertical-align:middle}
    .bar svg{height:.9rem;min-width:3rem}
    .bar rect{fill:var(--s0)}
    table.list th{font-weight:400;color:var(--quiet)}
    footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet)}
    @media (min-width:56.01rem){.pair{grid-template-columns:minmax(0,5fr) minmax(0,6fr)}}
    @media (max-width:56rem){dl.facts{display:block}dl.facts dd{margin-bottom:.5rem}
    table.small{font-size:.9em}
    table.small :is(th,td){padding-right:.6rem}
    .blocks,.blocks :is(tbody,tr,th,td,caption),:is(.list,.bars),\
    :is(.list,.bars) :is(thead,tbody,caption){display:block}
    :is(.blocks,.list) thead{position:absolute;width:1px;height:1px;overflow:hidden;\
    clip-path:inset(50%)}
    :is(.blocks,.list,.bars) tr{padding:.5rem 0;border-bottom:1px solid var(--line)}
    :is(.blocks,.list,.bars) tr :is(th,td){border:0;padding:.05rem 0}
    .blocks tr.total{border-top:2px solid var(--line)}
    .blocks td{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.6rem}
    .blocks td:empty{display:none}
    .blocks td::before{content:attr(data-column);color:var(--quiet);font-weight:400}
    .blocks td.number{text-align:left;white-space:normal}
    .list tr{display:grid;grid-template-columns:2rem minmax(0,1fr) auto;gap:0 .6rem}
    .list td:nth-child(2){grid-column:2/4}
    .list td:nth-child(3){grid-column:2;text-align:left}
    .bars tr{display:grid;grid-template-columns:minmax(0,1fr) 4.6rem 4.6rem;gap:.2rem .6rem}
    .bars :is(th,td):nth-child(2){grid-row:2;grid-column:1/4}
    .bars thead :is(th,td):nth-child(2){display:none}
    .bars td.bar{width:auto}}
    @media print{body{max-width:none}h2{break-after:avoid}figure,tr{break-inside:avoid}}
    """
}
