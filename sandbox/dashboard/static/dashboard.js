// Renews what has changed on this page when something has happened in its world. The page does without.
"use strict";

const page = document.currentScript;

function renew(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = old.id && fresh.getElementById(old.id);
    if (!now || now.isEqualNode(old)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    if (focused && focused.matches("input, select, textarea")) continue;
    old.replaceWith(document.adoptNode(now));
    if (focused && focused.id) document.getElementById(focused.id)?.focus();
  }
}

let isBusy = false;
let isOld = false;

async function look() {
  if (isBusy) {
    isOld = true;
    return;
  }
  isBusy = true;
  try {
    do {
      isOld = false;
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) renew(await answer.text());
    } while (isOld);
  } catch {
    // the sandbox may have stopped; the stream says when it is back
  } finally {
    isBusy = false;
  }
}

if (page.dataset.live && document.querySelector("[data-live]:not(script)")) {
  new EventSource(page.dataset.live).addEventListener("change", look);
}
