"use strict";
// Everything works without this script; with it, filters answer as they are typed and SQL can be copied.
(() => {
  const wait = 250;
  let asked = 0;

  async function refresh(form, place) {
    const turn = ++asked;
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    const address = form.action.split("?")[0] + "?" + new URLSearchParams(given);
    const target = document.querySelector(place);
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(place);
      if (turn !== asked) return;
      if (!fresh) throw new Error("no results in the answer");
      target.replaceChildren(...fresh.childNodes);
      history.replaceState(null, "", address);
    } catch {
      if (turn === asked) location.assign(address);
    } finally {
      target.removeAttribute("aria-busy");
    }
  }

  for (const form of document.querySelectorAll("form[data-live]")) {
    let timer;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => refresh(form, form.dataset.live), wait);
    };
    form.addEventListener("input", later);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      refresh(form, form.dataset.live);
    });
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
    button.textContent = button.dataset.done;
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
    if (event.key === "Escape") event.target.closest("details.sql")?.removeAttribute("open");
  });

  const opened = () => {
    const found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (found instanceof HTMLDetailsElement) found.open = true;
  };
  addEventListener("hashchange", opened);
  opened();
})();
