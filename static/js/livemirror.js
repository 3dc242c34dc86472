/* Tints the live figures of a text, underlines those that could be live, and takes up the offer to make them so.
 *
 *   [data-offer="id of the textarea"]   a button with data-start, data-end, data-found (counted in the stored text) and
 *                                       data-text, what to put there instead; [data-offer-all] takes all beside it
 *   evalsys.live.coordinates(area, position)   { left, top, bottom } of a position of the shown text on the page
 */
"use strict";

(function (evalsys) {
  const { live, fields } = evalsys;

  const offersFor = (area) => [...document.querySelectorAll(`[data-offer="${area.id}"]`)];

  function offered(area, shown) {
    return offersFor(area)
      .map(({ dataset }) => ({
        start: live.place(shown, Number(dataset.start)),
        end: live.place(shown, Number(dataset.end)),
        found: dataset.found,
      }))
      .filter(({ start, end, found }) => shown.text.slice(start, end) === found);
  }

  function mark(kind, text) {
    const element = document.createElement("mark");
    element.className = kind;
    element.textContent = text;
    return element;
  }

  function paint(area) {
    const { shown, mirror } = live.editorOf(area);
    const marked = [
      ...shown.ranges.map((range) => ({ ...range, kind: "live-figure" })),
      ...offered(area, shown).map((range) => ({ ...range, kind: "live-offer" })),
    ].sort((one, other) => one.start - other.start);
    const parts = document.createDocumentFragment();
    let done = 0;
    for (const { start, end, kind } of marked) {
      if (start < done) continue;
      parts.append(shown.text.slice(done, start), mark(kind, shown.text.slice(start, end)));
      done = end;
    }
    // The last line has its height only with something on it.
    parts.append(shown.text.slice(done), "\u200b");
    mirror.replaceChildren(parts);
    mirror.scrollTop = area.scrollTop;
  }

  function coordinates(area, position) {
    const { mirror } = live.editorOf(area);
    const walker = document.createTreeWalker(mirror, NodeFilter.SHOW_TEXT);
    let left = position;
    let node = walker.nextNode();
    while (node && left > node.data.length) {
      left -= node.data.length;
      node = walker.nextNode();
    }
    const range = document.createRange();
    range.setStart(node || mirror, node ? left : 0);
    return range.getClientRects()[0] || mirror.getBoundingClientRect();
  }

  function take(button) {
    const area = document.getElementById(button.dataset.offer);
    const { start, end, found, text } = button.dataset;
    return fields.replace(area, { start: Number(start), end: Number(end), found, text });
  }

  function takeAll(buttons) {
    // From the last to the first, so that the places of the others stay.
    const taken = buttons.reverse().filter(take).length;
    evalsys.announce(taken ? `${taken} 处已改为联动。` : "这段文字刚刚改过，请保存后再试。");
    if (taken) buttons.forEach((button) => button.closest(".remarks").replaceChildren());
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-offer], [data-offer-all]");
    if (!button) return;
    takeAll(button.dataset.offer ? [button] : [...button.parentElement.querySelectorAll("[data-offer]")]);
  });

  // The event is told to the area only; it is caught on its way down.
  document.addEventListener("evalsys:shown", (event) => live.editorOf(event.target) && paint(event.target), true);
  document.addEventListener("evalsys:state", (event) => {
    if (event.detail.state !== "saved") return;
    for (const area of document.querySelectorAll("[data-live-text]")) {
      live.editorOf(area).renew();
      paint(area);
    }
  });
  document.querySelectorAll("[data-live-text]").forEach(paint);
  window.addEventListener("resize", () => document.querySelectorAll("[data-live-text]").forEach(paint));

  live.coordinates = coordinates;
})(window.evalsys);
