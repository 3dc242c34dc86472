/* Choosing a live figure: a list at the caret while {{ stands before it, and the palette beside the text.
 *
 *   {{ or ｛｛                  opens the list; what is typed after it narrows it; ↑ ↓ choose, Enter or Tab takes, Esc closes
 *   Alt+I, [data-live-open]     does as if {{ had been typed
 *   [data-live-name]            a button of the palette puts its figure where the caret last was
 */
"use strict";

(function (evalsys) {
  const { live } = evalsys;
  const BEGUN = /(?:\{\{|｛｛)([^{}｛｝\n]{0,20})$/;
  const MOST = 8;
  let list = null;
  let last = null;

  const isLive = (element) => element.matches && element.matches("[data-live-text]");

  function begun(area) {
    const { selectionStart: caret, selectionEnd } = area;
    const found = caret === selectionEnd && BEGUN.exec(area.value.slice(Math.max(0, caret - 24), caret));
    return found ? { from: caret - found[0].length, to: caret, words: found[1].trim() } : null;
  }

  function fitting(words) {
    const all = live.palette();
    const named = all.filter(({ name }) => name.includes(words));
    return [...named, ...all.filter((one) => !named.includes(one) && one.what.includes(words))].slice(0, MOST);
  }

  function close() {
    if (!list) return;
    list.area.removeAttribute("aria-activedescendant");
    list.area.removeAttribute("aria-controls");
    list.element.remove();
    list = null;
  }

  function option(figure, index) {
    const item = document.createElement("li");
    item.id = `live-option-${index}`;
    item.setAttribute("role", "option");
    item.dataset.index = index;
    for (const [kind, text] of [["palette-name", figure.name], ["palette-value", figure.value], ["palette-what", figure.what]]) {
      const part = document.createElement("span");
      part.className = kind;
      part.textContent = text;
      item.append(part);
    }
    return item;
  }

  function choose(index) {
    const items = [...list.element.children];
    list.chosen = (index + items.length) % items.length;
    items.forEach((item, at) => item.setAttribute("aria-selected", at === list.chosen ? "true" : "false"));
    list.area.setAttribute("aria-activedescendant", items[list.chosen].id);
    items[list.chosen].scrollIntoView({ block: "nearest" });
  }

  function beside(area, position) {
    const spot = live.coordinates(area, position);
    const frame = area.parentElement.getBoundingClientRect();
    const room = Math.max(0, frame.width - list.element.offsetWidth);
    list.element.style.top = `${spot.bottom - frame.top + 2}px`;
    list.element.style.left = `${Math.min(spot.left - frame.left, room)}px`;
  }

  function open(area) {
    const here = begun(area);
    const figures = here ? fitting(here.words) : [];
    const opener = list && list.area === area ? list.opener : "";
    close();
    if (!figures.length) return;
    const element = document.createElement("ul");
    Object.assign(element, { id: "live-list", className: "live-list" });
    element.setAttribute("role", "listbox");
    element.setAttribute("aria-label", "可引用的数据");
    element.append(...figures.map(option));
    element.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("li");
      if (item) take(Number(item.dataset.index));
    });
    area.after(element);
    area.setAttribute("aria-controls", "live-list");
    list = { area, element, figures, here, opener, chosen: 0 };
    choose(0);
    beside(area, here.from);
    evalsys.announce(`${figures.length} 项可选：${figures[0].name} ${figures[0].value}`);
  }

  function take(index) {
    const { area, figures, here } = list;
    close();
    live.editorOf(area).insert(figures[index].name, here.from, here.to);
    evalsys.announce(`已引用${figures[index].name}，${figures[index].value}`);
  }

  function begin(area) {
    area.focus();
    document.execCommand("insertText", false, "{{");
    if (list) list.opener = "key";
  }

  /** Leaves; braces that only opened the list go with it. */
  function leave() {
    const { area, here, opener } = list;
    close();
    if (opener !== "key" || here.words) return;
    area.setSelectionRange(here.from, here.to);
    document.execCommand("delete");
  }

  const KEYS = {
    ArrowDown: () => choose(list.chosen + 1),
    ArrowUp: () => choose(list.chosen - 1),
    Enter: () => take(list.chosen),
    Tab: () => take(list.chosen),
    Escape: leave,
  };

  document.addEventListener("keydown", (event) => {
    if (!isLive(event.target) || event.isComposing) return;
    if (list && KEYS[event.key] && !event.altKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      KEYS[event.key]();
    } else if (event.altKey && event.code === "KeyI") {
      event.preventDefault();
      begin(event.target);
    }
  }, true);
  document.addEventListener("input", (event) => isLive(event.target) && open(event.target));
  document.addEventListener("focusin", (event) => { if (isLive(event.target)) last = event.target; });
  document.addEventListener("focusout", close);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-live-name], [data-live-open]");
    if (!button) return;
    const area = "liveOpen" in button.dataset ? button.closest("form").querySelector("[data-live-text]") : last;
    if (!area) evalsys.announce("请先点一下要写的那一节。");
    else if (button.dataset.liveName) live.editorOf(area).insert(button.dataset.liveName, area.selectionStart, area.selectionEnd);
    else begin(area);
  });
})(window.evalsys);
