/* The indicator library beside a tree: dialog#library searches, and puts the chosen leaf where it was opened from.
 *
 *   [data-library-open]    in a row of the tree opens it for that row; Alt+L does so from any field of the row.
 *                          In an evaluation its value is the row's number, and the leaf is posted; data-library-place names it.
 *   [data-library-take]    in a pack's draft the found leaf: its data-MEMBER fill the fields of a new row (tree.js)
 *   ↓ ↑                    from the words into what was found and through it; Enter takes it over, from the words the first
 *
 * A row named by the address (#indicator-7) has just been added: its name is ready to be typed over.
 */
"use strict";

(function (evalsys) {
  const OPEN = "[data-library-open]";
  const TAKE = ".library-take";
  const DEEPEST = 3;
  let [place, back] = [null, null];

  const dialog = () => document.getElementById("library");
  const nameOf = (row) => row.querySelector("[name$='-name']").value;

  const depth = (row) => Number(row.className.match(/depth-(\d)/)[1]);

  /** The row, then the rows it stands in, by the depth they are drawn at. */
  function around(row) {
    const found = [row];
    for (let each = row.previousElementSibling; each; each = each.previousElementSibling) {
      if (each.matches("[data-row]") && depth(each) < depth(found[found.length - 1])) found.push(each);
    }
    return found;
  }

  function open(opener) {
    const row = opener.closest("[data-row]");
    [place, back] = [row, document.activeElement];
    for (const field of dialog().querySelectorAll("[name=under]")) field.value = opener.dataset.libraryOpen;
    dialog().querySelector("[name=near]").value = row ? around(row).map(nameOf).join("\n") : "";
    const name = row ? nameOf(row) : opener.dataset.libraryPlace;
    dialog().querySelector("[data-library-where]").textContent =
      row && depth(row) === DEEPEST ? `加在「${name}」后面` : `加到「${name}」下面`;
    evalsys.openDialog(dialog(), null);
    dialog().querySelector("[name=q]").select();
    htmx.trigger("#library-search", "library:search");
  }

  function fill(row, values) {
    for (const field of row.querySelectorAll("input, select, textarea")) {
      const member = field.name.replace(/^.*-(?:\d+|__prefix__)-/, "");
      if (values[member] === undefined) continue;
      if (field.type === "checkbox") field.checked = values[member] === "yes";
      else field.value = values[member];
    }
  }

  function step(by) {
    const found = [...dialog().querySelectorAll(TAKE)];
    const next = found[found.indexOf(document.activeElement) + by];
    const field = next || (by < 0 ? dialog().querySelector("[name=q]") : null);
    if (!field) return;
    field.focus();
    field.scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    if (event.isComposing) return;
    const inWords = event.target.name === "q";
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && (inWords || event.target.matches(TAKE))) {
      event.preventDefault();
      step(by);
    } else if (event.key === "Enter" && inWords) {
      event.preventDefault();
      const first = dialog().querySelector(TAKE);
      if (first && !dialog().querySelector(".htmx-request")) first.click();
    }
  }

  evalsys.mount("dialog#library", (element) => {
    element.addEventListener("keydown", onKey);
    const found = element.querySelector("#library-results");
    let walking = false;
    element.querySelector("#library-search").addEventListener("submit", (event) => event.preventDefault());
    // Leaving the words changes nothing that was not searched for while they were typed.
    element.querySelector("[name=q]").addEventListener("change", (event) => event.stopPropagation());
    found.addEventListener("htmx:beforeSwap", () => { walking = found.contains(document.activeElement); });
    found.addEventListener("htmx:afterSwap", () => walking && step(1));
    element.addEventListener("click", (event) => {
      const taken = event.target.closest("[data-library-take]");
      if (!taken) return;
      back = null;
      element.close();
      evalsys.addNode(place, (row) => fill(row, taken.dataset));
    });
    element.addEventListener("close", () => back && back.focus());
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest(OPEN);
    if (!opener || !dialog() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(opener);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyL" || !dialog() || dialog().open) return;
    let row = event.target.closest("tr");
    while (row && !row.querySelector(OPEN)) row = row.previousElementSibling;
    if (!row) return;
    event.preventDefault();
    open(row.querySelector(OPEN));
  });

  // The browser takes the focus away once more when it has scrolled to the row.
  window.addEventListener("load", () => setTimeout(() => {
    const row = location.hash && document.querySelector("tr[id^=indicator-]:target");
    const name = row && row.querySelector("[name=name]");
    if (!name) return;
    name.focus();
    name.select();
  }));
})(window.evalsys);
