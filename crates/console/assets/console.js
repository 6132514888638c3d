// Keys, copying, and what is live. Every page is whole without this.
"use strict";

const on = (target, event, listener) => target.addEventListener(event, listener);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Copying.
for (const button of all("[data-copy]")) button.hidden = false;
on(document, "click", async event => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.textContent;
    button.textContent = "\u2713";
    setTimeout(() => { button.textContent = before; }, 1200);
    return;
  }
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button, summary, input") && !String(getSelection())) location.href = row.dataset.href;
});

// A form is sent once; coming back to the page allows it again.
on(document, "submit", event => {
  const button = event.target.querySelector("[data-once]");
  if (button) setTimeout(() => { button.disabled = true; });
});
on(window, "pageshow", () => { for (const button of all("[data-once]")) button.disabled = false; });

// Keys.
const dialog = document.getElementById("keys");
const switchOf = document.getElementById("keys-on");
const stored = () => { try { return localStorage.getItem("ducat-keys"); } catch { return null; } };
if (switchOf) {
  switchOf.checked = stored() !== "off";
  on(switchOf, "change", () => { try { localStorage.setItem("ducat-keys", switchOf.checked ? "on" : "off"); } catch {} });
}
let going = 0;
const choose = step => {
  const rows = all("main tbody tr[data-href]");
  if (!rows.length) return;
  const at = rows.findIndex(row => row.classList.contains("chosen"));
  rows[at]?.classList.remove("chosen");
  const row = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))];
  row.classList.add("chosen");
  row.scrollIntoView({ block: "nearest" });
};
const follow = selector => { const link = document.querySelector(selector); if (link) link.click(); };
const keys = {
  "/": () => document.getElementById("search")?.focus(),
  "?": () => dialog?.showModal(),
  j: () => choose(1),
  k: () => choose(-1),
  Enter: () => { const row = document.querySelector("tr.chosen"); if (row) location.href = row.dataset.href; },
  "]": () => follow(".pager [rel=next]"),
  "[": () => history.back(),
  f: () => {
    const filter = document.querySelector(".filters");
    if (!filter) return;
    if (filter.tagName === "DETAILS") filter.open = true;
    filter.querySelector("input, select")?.focus();
  },
  c: () => follow("h1 [data-copy], main [data-copy]"),
  e: () => follow("a[data-key=e]"),
};
on(document, "keydown", event => {
  if (event.key === "Escape") { document.activeElement?.blur(); return; }
  const isField = event.target.closest("input, select, textarea, [contenteditable]");
  if (isField || event.ctrlKey || event.metaKey || event.altKey || dialog?.open || switchOf?.checked === false) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (going && Date.now() - going < 1500) {
    going = 0;
    const link = document.querySelector(`.side [data-go="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === "g") { going = Date.now(); return; }
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
});

// What is live: one stream, closed while the tab is hidden.
const live = document.querySelector("[data-live][data-source]:not([data-source=''])");
if (live) {
  let source, away, waiting;
  const parse = text => new DOMParser().parseFromString(text, "text/html").body;
  const put = (part, text) => {
    part.replaceChildren(...parse(text).childNodes);
    for (const button of all("[data-copy]", part)) button.hidden = false;
  };
  const ids = part => all("tr[data-href]", part).map(row => row.dataset.href);
  const isReading = part => part.getBoundingClientRect().top < 0 || part.contains(document.activeElement) || part.querySelector(".chosen");
  const take = (name, text) => {
    const part = document.querySelector(`[data-live=${name}]`);
    if (!part) return;
    if (name !== "latest" || !isReading(part)) { put(part, text); return; }
    // Nothing jumps under a reader: new rows wait until they are asked for.
    const known = new Set(ids(part));
    const count = ids(parse(text)).filter(id => !known.has(id)).length;
    waiting ??= document.createElement("button");
    waiting.className = "news";
    waiting.textContent = `${count} new`;
    waiting.onclick = () => { put(part, text); waiting.remove(); waiting = undefined; };
    if (!waiting.isConnected) part.before(waiting);
  };
  const back = () => { away?.remove(); away = undefined; for (const part of all("[data-live]")) part.classList.remove("stale"); };
  const open = () => {
    source = new EventSource(live.dataset.source);
    source.onopen = back;
    source.onerror = () => {
      if (away) return;
      away = document.createElement("div");
      away.className = "away";
      away.setAttribute("role", "status");
      away.textContent = `Not live since ${new Date().toTimeString().slice(0, 8)}. Retrying.`;
      document.querySelector(".right").prepend(away);
      for (const part of all("[data-live]")) part.classList.add("stale");
      if (source.readyState === EventSource.CLOSED) {
        // The session may be over, or the server away: a page says which.
        fetch(location.href).then(answer => { if (answer.redirected) location.reload(); }, () => {});
        setTimeout(open, 3000);
      }
    };
    for (const name of ["latest", "health"]) on(source, name, event => take(name, event.data));
    on(source, "ended", () => { source.close(); location.reload(); });
  };
  const close = () => { source?.close(); source = undefined; };
  if (live.dataset.live === "run") {
    // A run is looked at again every second, as a reload would.
    const look = async () => {
      if (!document.hidden) {
        const answer = await fetch(live.dataset.source);
        if (answer.redirected) { location.reload(); return; }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live=run]");
        live.replaceChildren(...page.childNodes);
        if (!page.dataset.source) { location.reload(); return; }
      }
      setTimeout(look, 1000);
    };
    setTimeout(look, 1000);
  } else {
    on(document, "visibilitychange", () => { if (document.hidden) close(); else if (!source) open(); });
    on(window, "pagehide", close);
    if (!document.hidden) open();
  }
}
