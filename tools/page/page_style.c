/* The style sheet. */
#include "page.h"

/* Colours: a blue and an orange that those who see fewer colours tell apart, too, each with a mark or word of its own. */
static const char colours[] =
    ":root{--ground:#fff;--raised:#f6f8fa;--text:#1f2328;--minor:#59636e;--line:#d1d9e0;\n"
    "--a:#0a5fa8;--b:#b34a00;--exact:#c9d1d9;--exact-line:#818b98;--band:#8a94a044;\n"
    "--same:#dbecfb;--same-text:#0a4a80;--diff:#ffe3cf;--diff-text:#8a3800;--near:#fff3c4;--near-"
    "text:#6b4e00}\n"
    "@media(prefers-color-scheme:dark){:root{--ground:#0d1117;--raised:#161b22;--text:#e6edf3;\n"
    "--minor:#9da7b3;--line:#30363d;--a:#6cb6ff;--b:#ffa657;--exact:#3d444d;--exact-line:#8b949e;\n"
    "--band:#c9d1d933;--same:#10304d;--same-text:#a5d3ff;--diff:#4a2408;--diff-text:#ffc79a;--near:"
    "#3d3208;\n"
    "--near-text:#f2d675}}\n";

static const char text[] =
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%}\n"
    "body{margin:0;background:var(--ground);color:var(--text);\n"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}\n"
    "main{max-width:1080px;margin:0 auto;padding:24px 16px 64px}\n"
    "h1{font-size:1.25rem;font-weight:600;margin:0 0 16px;overflow-wrap:anywhere}\n"
    "h2{font-size:1.3rem;margin:48px 0 12px;padding-bottom:6px;border-bottom:1px solid "
    "var(--line)}\n"
    "h3{font-size:1.02rem;margin:0 0 10px;overflow-wrap:anywhere}\n"
    "h3 small,.and,small{color:var(--minor);font-weight:400;font-size:.82em}\n"
    ".brand{color:var(--minor);margin:0;font-size:.9rem}\n"
    ".verdict{font-size:clamp(1.5rem,5vw,2.2rem);font-weight:700;line-height:1.2;margin:0 0 "
    "8px;padding:18px 20px;\n"
    "border-radius:10px}\n"
    ".plain{background:var(--raised);color:var(--text)}\n"
    ".same{background:var(--same);color:var(--same-text)}\n"
    ".near{background:var(--near);color:var(--near-text)}\n"
    ".diff{background:var(--diff);color:var(--diff-text)}\n"
    ".none{color:var(--minor)}\n"
    "article{border:1px solid var(--line);border-radius:10px;padding:16px;margin:16px 0}\n"
    ".beside{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:"
    "16px 24px;\n"
    "align-items:start}\n"
    "figure{margin:0;min-width:0}\n"
    ".wide{overflow-x:auto;margin:12px 0}\n"
    "table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;color:var(--minor);padding-bottom:6px}\n"
    "th,td{text-align:left;vertical-align:top;padding:5px 10px;border-bottom:1px solid "
    "var(--line);font-weight:400}\n"
    "thead th{color:var(--minor);font-size:.8rem;vertical-align:bottom}\n"
    "tbody th[scope=row]{min-width:9.5em}\n"
    "td.same,td.near,td.diff{white-space:nowrap}\n"
    ".number{text-align:right;white-space:nowrap}\n"
    ".matrix td{text-align:center;min-width:92px;border:2px solid "
    "var(--ground);padding:8px;border-radius:8px}\n"
    ".matrix thead th{text-align:center}\n"
    ".matrix th[scope=row]{min-width:150px;border-bottom:0}\n"
    ".matrix td a{color:inherit;text-decoration:none;display:block}\n"
    ".matrix td a:hover{text-decoration:underline}\n"
    ".matrix td small{color:inherit}\n"
    ".letter{display:inline-block;min-width:1.5em;padding:0 "
    ".35em;border-radius:4px;background:var(--raised);\n"
    "border:1px solid var(--line);text-align:center;font-size:.85em}\n"
    "code{font:.9em/1.4 ui-monospace,SFMono-Regular,Consolas,'DejaVu Sans "
    "Mono',monospace;overflow-wrap:anywhere}\n"
    ".facts{display:grid;grid-template-columns:max-content 1fr;gap:4px "
    "16px;margin:0;font-size:.92rem}\n"
    ".facts dt{color:var(--minor)}.facts dd{margin:0;overflow-wrap:anywhere}\n"
    "details{margin:10px 0}summary{cursor:pointer;color:var(--minor)}\n";

static const char pictures[] =
    ".key{margin:0 0 8px;font-size:.875rem;display:flex;flex-wrap:wrap;gap:4px 18px}\n"
    ".key svg{width:24px;height:12px;margin-right:6px}\n"
    "svg{display:block;width:100%;height:auto;font:11.5px system-ui,-apple-system,'Segoe "
    "UI',Helvetica,Arial,sans-serif}\n"
    ".key svg{display:inline-block;vertical-align:-1px}\n"
    "svg text{fill:var(--text)}svg .tick,svg .label{fill:var(--minor)}\n"
    "svg .mid{text-anchor:middle}svg .end{text-anchor:end}svg .up{font-size:9px}\n"
    "svg .grid{stroke:var(--line);stroke-width:.7}svg .axis{stroke:var(--minor);fill:none}\n"
    "svg .exact{fill:var(--exact);stroke:var(--exact-line);stroke-width:.8}\n"
    "svg .band{fill:var(--band);stroke:var(--line);stroke-width:.6}\n"
    "svg .diagonal{stroke:var(--exact-line);stroke-width:1;fill:none}\n"
    "svg .line{fill:none;stroke-width:1.6;stroke-linejoin:round}\n"
    "svg .line.a{stroke:var(--a)}svg .line.b{stroke:var(--b);stroke-dasharray:5 3}\n"
    "svg .mark.a{fill:var(--a)}svg .mark.b{fill:none;stroke:var(--b);stroke-width:1.2}\n"
    "svg rect.same{fill:var(--a)}svg rect.diff{fill:var(--b)}\n";

static const char narrow_and_paper[] =
    "@media(max-width:560px){.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:8px}\n"
    "article{padding:12px}svg{font-size:13.5px}th,td{padding:4px 7px}}\n"
    "@media "
    "print{:root{--ground:#fff;--raised:#f6f8fa;--text:#000;--minor:#444;--line:#bbb;--a:#0a5fa8;--"
    "b:#b34a00;\n"
    "--exact:#c9d1d9;--exact-line:#777;--band:#8a94a044;--same:#dbecfb;--same-text:#0a4a80;--diff:#"
    "ffe3cf;\n"
    "--diff-text:#8a3800;--near:#fff3c4;--near-text:#6b4e00}\n"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}body{font-size:10pt}main{max-"
    "width:none;padding:0}\n"
    "article,figure,tr,.verdict,.facts{break-inside:avoid}figure details{display:none}\n"
    "h2,h3{break-after:avoid}.wide{overflow:visible}\n"
    "details::details-content{content-visibility:visible;height:auto}summary{display:none}}\n";

void page_write_style(FILE *to)
{
    fputs(colours, to);
    fputs(text, to);
    fputs(pictures, to);
    fputs(narrow_and_paper, to);
}
