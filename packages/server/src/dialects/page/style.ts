import { createHash } from 'node:crypto'

/**
 * The one stylesheet of the server's own pages, sent inline: a page then needs a single request and its policy
 * allows exactly this text. Colours keep a contrast of 4.5:1 in both schemes.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f5f1; --sheet: #ffffff; --ink: #1b221c; --quiet: #566158; --line: #d5dbd3;
  --accent: #1f6b45; --accent-ink: #ffffff; --accent-ground: #e6f1ea; --wrong: #a3231b; --wrong-ground: #fbeae8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111612; --sheet: #1a211c; --ink: #e7ece7; --quiet: #a3aea5; --line: #354038;
    --accent: #7fd0a3; --accent-ink: #0d1a12; --accent-ground: #20302a; --wrong: #ff9d94; --wrong-ground: #3a1f1d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; padding: 8vh 16px 32px;
}
.brand { display: flex; align-items: center; gap: 10px; font-weight: 650; font-size: 1.125rem; margin: 0 0 20px; }
.brand svg { width: 28px; height: 28px; color: var(--accent); }
main {
  width: 100%; max-width: 26rem; background: var(--sheet); border: 1px solid var(--line);
  border-radius: 14px; padding: 28px; box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 8px 24px rgb(0 0 0 / .05);
}
main.wide { max-width: 46rem; }
main.wide .button { flex: none; }
main.wide td { width: 52%; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 8px; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 24px 0 8px; }
p { margin: 0 0 12px; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); font-size: .9375rem; font-weight: 400; }
a { color: var(--accent); text-underline-offset: 3px; }
code { font: .875em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; }
form { margin: 0; }
label { display: block; font-weight: 550; margin: 16px 0 6px; }
input[type=email], input[type=password], input[type=text] {
  width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet);
  border-radius: 8px; padding: 10px 12px; min-height: 44px;
}
fieldset { border: 0; margin: 20px 0 0; padding: 0; min-width: 0; }
legend { font-weight: 550; padding: 0; margin: 0 0 8px; }
.choice {
  display: flex; gap: 10px; align-items: center; margin: 0 0 8px; padding: 10px 12px; min-height: 44px;
  border: 1px solid var(--line); border-radius: 8px; font-weight: 400; cursor: pointer; overflow-wrap: anywhere;
}
.choice:has(:checked) { border-color: var(--accent); background: var(--accent-ground); }
.choice input { accent-color: var(--accent); width: 18px; height: 18px; margin: 0; flex: none; }
ul { margin: 0 0 12px; padding-left: 20px; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 24px; }
button, .button {
  flex: 1 1 auto; font: inherit; font-weight: 600; min-height: 44px; padding: 9px 18px; border-radius: 8px;
  border: 1px solid var(--accent); background: var(--accent); color: var(--accent-ink); cursor: pointer;
  text-align: center; text-decoration: none;
}
button.second { background: transparent; color: var(--ink); border-color: var(--quiet); }
button.link {
  flex: none; min-height: 0; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 400;
  text-decoration: underline; text-underline-offset: 3px;
}
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.wrong {
  background: var(--wrong-ground); color: var(--wrong); border-radius: 8px; padding: 10px 12px; margin: 16px 0 0;
}
.after { margin: 16px 0 0; }
footer { color: var(--quiet); font-size: .875rem; margin-top: 20px; text-align: center; max-width: 26rem; }
footer form { display: inline; }
@media (max-width: 480px) {
  body { padding: 24px 12px; }
  main { padding: 20px; }
}
`

/** For a content security policy: this stylesheet and no other. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`
