/* Texts with live figures: typed {{实际使用}}, shown 12.84万元. Nothing here touches the page but the palette.
 *
 *   evalsys.live.palette()       [{ name, value, what }] of [data-live-palette], as of the last save
 *   evalsys.live.tokens(typed)   [{ start, end, typed, value }]: the known figures in braces
 *   evalsys.live.parse(typed)    { text, ranges: [{ start, end, typed }] }: what is shown, and which of it is live
 *   evalsys.live.typed(shown, from, to)     the typed text of a part, or of all
 *   evalsys.live.edited(shown, text, caret, from)
 *                                the shown text after an edit that ends at the caret (and began at from, where known):
 *                                figures are kept, moved, or plain text from now on where the edit touched them
 *   evalsys.live.place(shown, position)     where a position of the typed text is shown
 */
"use strict";

(function (evalsys) {
  const TOKEN = /(\\?)(?:\{\{|｛｛)([^{}｛｝\n]{1,40})(?:\}\}|｝｝)/g;

  function palette() {
    return [...document.querySelectorAll("[data-live-palette] [data-live-name]")].map((button) => ({
      name: button.dataset.liveName,
      value: button.dataset.liveValue,
      what: button.title,
    }));
  }

  function values() {
    return new Map(palette().map((figure) => [figure.name, figure.value]));
  }

  const nameOf = (words) => words.trim().replace(/\(/g, "（").replace(/\)/g, "）");

  function tokens(text) {
    const known = values();
    return [...text.matchAll(TOKEN)]
      .map((found) => ({
        start: found.index,
        end: found.index + found[0].length,
        typed: found[0],
        value: found[1] ? undefined : known.get(nameOf(found[2])),
      }))
      .filter((token) => token.value !== undefined);
  }

  function parse(whole) {
    const ranges = [];
    let text = "";
    let done = 0;
    for (const token of tokens(whole)) {
      text += whole.slice(done, token.start);
      ranges.push({ start: text.length, end: text.length + token.value.length, typed: token.typed });
      text += token.value;
      done = token.end;
    }
    return { text: text + whole.slice(done), ranges };
  }

  function typed(shown, from = 0, to = shown.text.length) {
    let text = "";
    let done = from;
    for (const range of shown.ranges) {
      if (range.start < from || range.end > to) continue;
      text += shown.text.slice(done, range.start) + range.typed;
      done = range.end;
    }
    return text + shown.text.slice(done, to);
  }

  function commonTail(one, other) {
    let length = 0;
    const most = Math.min(one.length, other.length);
    while (length < most && one[one.length - 1 - length] === other[other.length - 1 - length]) length += 1;
    return length;
  }

  function commonHead(one, other, most) {
    let length = 0;
    while (length < most && one[length] === other[length]) length += 1;
    return length;
  }

  function edited(shown, text, caret, from = Infinity) {
    const before = shown.text;
    const rest = text.length - caret;
    const tail = before.endsWith(text.slice(caret)) ? rest : commonTail(before, text);
    const head = Math.min(from, commonHead(before, text, Math.min(before.length, text.length) - tail));
    const end = before.length - tail;
    const shift = text.length - before.length;
    const ranges = [];
    for (const range of shown.ranges) {
      if (range.end <= head) ranges.push(range);
      else if (range.start >= end) ranges.push({ ...range, start: range.start + shift, end: range.end + shift });
    }
    return { text, ranges, from: head, to: text.length - tail };
  }

  function place(shown, position) {
    let ahead = 0;
    for (const range of shown.ranges) {
      if (position <= range.start + ahead) break;
      if (position < range.start + ahead + range.typed.length) return range.start;
      ahead += range.typed.length - (range.end - range.start);
    }
    return position - ahead;
  }

  evalsys.live = { palette, tokens, parse, typed, edited, place };
})(window.evalsys);
