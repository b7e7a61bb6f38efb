"use strict";

const QUIET = 90_000; // milliseconds without news after which the connection counts as lost
const connection = document.getElementById("connection");
let lastNews = Date.now();
let silence = 0;

const clock = (at, more) => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", ...more }).format(at);
const day = (at) => new Intl.DateTimeFormat("sv-SE").format(at);

function localize(root) {
  for (const each of root.querySelectorAll("time[datetime]")) {
    const at = new Date(each.dateTime);
    const time = clock(at, "seconds" in each.dataset ? { second: "2-digit" } : {});
    each.title = each.dateTime;
    each.textContent = day(at) === day(new Date()) ? time : `${day(at)} ${time}`;
  }
}

function replace(id, html) {
  const before = document.getElementById(id);
  const focused = before.contains(document.activeElement) && document.activeElement;
  const template = document.createElement("template");
  template.innerHTML = html;
  localize(template.content);
  before.replaceWith(template.content);
  if (focused) {
    const after = focused.id || `${id} a[href="${CSS.escape(focused.getAttribute("href") || "")}"]`;
    document.querySelector(`#${after}`)?.focus({ preventScroll: true });
  }
}

function setTitle() {
  document.title = `${document.getElementById("summary").dataset.title} - odapi watch`;
}

function lost() {
  connection.textContent = `No news since ${clock(lastNews)}`;
}

async function details(focus) {
  const search = location.search;
  const response = await fetch(`details${search}`).catch(() => null);
  if (!response?.ok) return lost();
  const html = await response.text();
  if (search !== location.search) return undefined; // another practice was chosen meanwhile
  replace("details", html);
  if (focus) document.querySelector("#details h2")?.focus();
  return undefined;
}

function news(event) {
  const parts = JSON.parse(event.data);
  for (const [id, html] of Object.entries(parts)) replace(id, html);
  lastNews = Date.now();
  connection.textContent = "";
  clearTimeout(silence);
  silence = setTimeout(lost, QUIET);
  setTitle();
  const chosen = new URLSearchParams(location.search).get("practice");
  const changed = Object.keys(parts).map((id) => document.getElementById(id)?.getAttribute("href"));
  if (chosen !== null && changed.some((href) => href && new URLSearchParams(href).get("practice") === chosen)) details(false);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="?practice="], a.close');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  details(true);
});
addEventListener("popstate", () => details(false));

localize(document);
setTitle();
const events = new EventSource(`events?after=${document.body.dataset.version}`);
events.addEventListener("message", news);
events.addEventListener("error", lost);
