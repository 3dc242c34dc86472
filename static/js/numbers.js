/* input[data-number]: takes digits and one decimal point. Full-width digits and 。 turn into 0-9 and . as they are
 * typed; other characters do not enter. The server reads numbers as strictly and has the last word.
 *
 *   evalsys.number.plain(text)   "１，２３４。５" -> "1234.5"; text that is no number keeps its letters
 *   evalsys.number.is(text)      whether it is digits with at most one point
 */
"use strict";

(function (evalsys) {
  function plain(text) {
    return text
      .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
      .replace(/[\u3002\uff0e]/g, ".")
      .replace(/[\s,\uff0c\u3000]/g, "");
  }

  const is = (text) => /^\d+(\.\d*)?$|^\.\d+$/.test(text);

  function digitsOnly(text) {
    const [whole, ...rest] = plain(text).replace(/[^\d.]/g, "").split(".");
    return rest.length ? `${whole}.${rest.join("")}` : whole;
  }

  function clean(field) {
    const kept = digitsOnly(field.value);
    if (kept === field.value) return;
    const tail = digitsOnly(field.value.slice(field.selectionStart)).length;
    field.value = kept;
    const caret = Math.max(0, kept.length - tail);
    field.setSelectionRange(caret, caret);
  }

  document.addEventListener("input", (event) => {
    if (!event.isComposing && event.target.matches("[data-number]")) clean(event.target);
  }, true);
  document.addEventListener("compositionend", (event) => {
    if (event.target.matches("[data-number]")) clean(event.target);
  }, true);

  evalsys.number = { plain, is };
})(window.evalsys);
