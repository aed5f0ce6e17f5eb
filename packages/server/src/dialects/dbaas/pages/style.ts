/** What the pages of the API have beyond the login pages' style: wide, with a menu, tables and code. */
export const PAGES_STYLE = `
:root { --good: #1f6b45; --busy: #7a4b00; --busy-ground: #fdf1dc; --code: #f7f9f6; --shade: rgb(20 40 28 / .05); }
@media (prefers-color-scheme: dark) {
  :root { --good: #7fd0a3; --busy: #f0c377; --busy-ground: #35290f; --code: #141a16; --shade: rgb(0 0 0 / .2); }
}
html { scroll-padding-top: 16px; }
body.browse { display: block; padding: 0; }
.browse > header { background: var(--sheet); border-bottom: 1px solid var(--line); }
.bar, .browse .menu, .crumbs, .browse > main, .browse > footer {
  width: 100%; max-width: 66rem; margin: 0 auto; padding-left: 24px; padding-right: 24px;
}
.bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 24px; padding-top: 14px; padding-bottom: 8px; }
.browse .brand { margin: 0; color: var(--ink); text-decoration: none; min-height: 32px; }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; margin: 0; font-size: .9375rem; min-width: 0; }
.who .name { color: var(--quiet); overflow-wrap: anywhere; }
.who button.link { min-height: 32px; font-size: inherit; }
.menu ul, .crumbs ol, .pages ul { display: flex; flex-wrap: wrap; list-style: none; margin: 0; padding: 0; }
.menu ul { gap: 0 4px; margin-left: -12px; }
.menu a {
  display: block; padding: 8px 12px 10px; color: var(--quiet); text-decoration: none; font-size: .9375rem;
  border-bottom: 3px solid transparent; border-radius: 6px 6px 0 0;
}
.menu a:hover { color: var(--ink); background: var(--ground); }
.menu a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--accent); }
.crumbs { padding-top: 18px; font-size: .875rem; }
.crumbs li { display: flex; align-items: center; }
.crumbs li + li::before { content: "/"; content: "/" / ""; color: var(--quiet); padding: 0 8px; }
.crumbs a { color: var(--quiet); padding: 4px 0; }
.crumbs a[aria-current] { color: var(--ink); text-decoration: none; }
.browse > main {
  max-width: 66rem; background: none; border: 0; border-radius: 0; box-shadow: none; padding-top: 8px; padding-bottom: 24px;
}
.browse > main:focus { outline: none; }
.browse h1 { font-size: 1.75rem; margin: 8px 0 6px; }
.browse h1 .kind { display: block; font-size: .875rem; font-weight: 500; letter-spacing: 0; color: var(--quiet); margin-bottom: 2px; }
.browse h2 { font-size: 1.125rem; margin: 0 0 12px; }
.browse h3 { font-size: 1rem; margin: 0 0 4px; overflow-wrap: anywhere; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 16px; }
.about { max-width: 44rem; color: var(--quiet); }
.card {
  background: var(--sheet); border: 1px solid var(--line); border-radius: 14px; padding: 24px; margin: 20px 0 0;
  box-shadow: 0 1px 2px var(--shade);
}
.card > :last-child { margin-bottom: 0; }
.card.warning { border-color: var(--busy); background: var(--busy-ground); }
.browse .button, .browse button { flex: none; }
.button.second { background: transparent; color: var(--ink); border-color: var(--quiet); }
.browse .button { display: inline-flex; align-items: center; justify-content: center; }
button.danger { background: var(--wrong); border-color: var(--wrong); color: var(--sheet); }
.actions { margin-top: 18px; }
.notice { background: var(--accent-ground); color: var(--ink); border-left: 4px solid var(--accent); border-radius: 8px; padding: 12px 14px; margin: 16px 0 0; }
.note, .empty { background: var(--ground); border-radius: 8px; padding: 14px 16px; margin: 0; }
.wrong ul { margin: 0; }
.badge { display: inline-block; font-size: .8125rem; font-weight: 600; padding: 2px 10px; border-radius: 99px; border: 1px solid currentColor; color: var(--quiet); white-space: nowrap; }
.badge.good { color: var(--good); } .badge.busy { color: var(--busy); } .badge.bad { color: var(--wrong); }

.things { font-size: .9375rem; }
.things th, .things td { padding: 12px 16px 12px 0; vertical-align: baseline; }
.things thead th { white-space: nowrap; color: var(--quiet); font-weight: 500; font-size: .8125rem; padding-top: 0; padding-bottom: 8px; }
.things tbody th { font-weight: 600; }
.things tbody tr:last-child > * { border-bottom: 0; }
.things .label { display: none; }
.things .number, .things thead th:last-child { text-align: right; padding-right: 0; color: var(--quiet); font-variant-numeric: tabular-nums; }
.pages { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px 16px; margin: 14px 0 0; padding-top: 14px; border-top: 1px solid var(--line); }
.pages p { margin: 0; }
.pages ul { align-items: center; gap: 12px; }

.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 16px 24px; margin: 0; }
.facts dt, p.label { font-size: .8125rem; color: var(--quiet); margin: 0 0 2px; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.connections, .resources { list-style: none; margin: 0; padding: 0; }
.connections li + li { border-top: 1px solid var(--line); margin-top: 16px; padding-top: 16px; }
.resources { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 20px 32px; }
.resources p { margin: 0; color: var(--quiet); font-size: .9375rem; }

.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 18px 24px; align-items: end; }
.field { min-width: 0; align-self: start; }
.field label { margin: 0 0 4px; }
.hint { color: var(--quiet); font-size: .875rem; margin: 0 0 6px; }
.fault { color: var(--wrong); font-size: .9375rem; font-weight: 550; margin: 6px 0 0; }
select, textarea {
  width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: 8px;
  padding: 10px 12px; min-height: 44px;
}
textarea { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; resize: vertical; }
[aria-invalid] { border-color: var(--wrong) !important; border-width: 2px !important; }

details { margin: 16px 0 0; }
summary { cursor: pointer; font-weight: 600; color: var(--accent); padding: 8px 0; border-radius: 6px; width: fit-content; }
summary:hover { text-decoration: underline; text-underline-offset: 3px; }
.card > h2 + details { margin-top: -8px; }
details.danger > summary { color: var(--wrong); }
details .inside { padding: 8px 0 0; }
details[open] > .inside, details[open] > pre { margin-top: 4px; }
.pages + details { margin-top: 10px; }

.browse pre, code.copy {
  display: block; background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; margin: 0;
  font: .8125rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
}
.response { max-height: 36rem; overflow: auto; }
code.copy { user-select: all; margin: 0 0 8px; color: var(--ink); }
.connections .quiet { margin: 0; }
.secret code { margin-bottom: 14px; }
.exchange { display: flex; flex-wrap: wrap; gap: 10px; align-items: stretch; margin: 0 0 10px; }
.exchange pre { flex: 1 1 16rem; min-width: 0; display: flex; flex-wrap: wrap; gap: 0 10px; align-items: center; }
.verbs { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.verbs .button, .verbs button { min-height: 40px; padding: 7px 14px; font-size: .875rem; }
.after code.copy { margin: 6px 0 0; }
.browse > footer { margin: 0 auto; padding-top: 8px; padding-bottom: 40px; text-align: left; }

.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 12px; top: -60px; background: var(--accent); color: var(--accent-ink); padding: 10px 16px; border-radius: 8px; z-index: 1; }
.skip:focus { top: 12px; }

@media (max-width: 720px) {
  .bar, .browse .menu, .crumbs, .browse > main, .browse > footer { padding-left: 16px; padding-right: 16px; }
  .card { padding: 18px 16px; border-radius: 12px; }
  .browse h1 { font-size: 1.5rem; }
  .head .button { width: 100%; margin: 6px 0 8px; }
  .things, .things tbody, .things tr, .things th, .things td { display: block; width: 100%; }
  .things thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .things tbody tr { padding: 12px 0; border-bottom: 1px solid var(--line); }
  .things tbody tr:first-child { padding-top: 0; }
  .things tbody tr:last-child { border-bottom: 0; padding-bottom: 0; }
  .things tbody th, .things tbody td { border: 0; padding: 3px 0; }
  .things tbody th { font-size: 1.0625rem; }
  .things td { display: flex; gap: 12px; }
  .things td > :last-child { min-width: 0; overflow-wrap: anywhere; }
  .things .label { display: block; flex: 0 0 7.5rem; color: var(--quiet); }
  .things .number { text-align: left; }
  .verbs, .exchange pre { flex: 1 1 100%; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`
