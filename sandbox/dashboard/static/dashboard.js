// Renews what has changed on this page when something has happened in its world. The page does without.
"use strict";

const page = document.currentScript;

function isTouched(field) {
  if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

function renew(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = old.id && fresh.getElementById(old.id);
    if (!now) continue;
    for (const each of now.querySelectorAll("details[id]")) each.open = document.getElementById(each.id)?.open ?? each.open;
    if (now.isEqualNode(old)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    if (focused?.matches("input, select, textarea") || [...old.querySelectorAll("input, select")].some(isTouched)) continue;
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
  let stream = null;  // only while the tab is seen: a browser has few connections for all its tabs
  const follow = () => {
    stream?.close();
    stream = document.hidden ? null : new EventSource(page.dataset.live);
    stream?.addEventListener("change", look);
  };
  follow();
  document.addEventListener("visibilitychange", () => {
    follow();
    if (!document.hidden) look();
  });
}

for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.nextElementSibling.hidden = false;
  });
}
