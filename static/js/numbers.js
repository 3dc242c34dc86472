/* input[inputmode=decimal]: takes digits and a decimal point. Full-width digits and 。 turn into 0-9 and . in plain
 * sight; other keys do not enter. What is pasted keeps every character: the server refuses it with a sentence, since
 * dropping a minus or an e would quietly make another number of it.
 *
 *   evalsys.number.field         the selector
 *   evalsys.number.plain(text)   "１，２３４。５" -> "1234.5"; text that is no number keeps its letters
 *   evalsys.number.is(text)      whether it is digits with at most one point
 */
"use strict";

(function (evalsys) {
  const FIELD = "input[inputmode=decimal]";
  const GROUPED = /^\d{1,3}(,\d{3})+(\.\d+)?$/;

  function fold(text) {
    return text
      .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
      .replace(/[\u3002\uff0e]/g, ".")
      .replace(/\uff0c/g, ",");
  }

  function plain(text) {
    const folded = fold(text).trim();
    return GROUPED.test(folded) ? folded.replace(/,/g, "") : folded;
  }

  const is = (text) => /^\d+(\.\d*)?$|^\.\d+$/.test(text);

  function replace(field, value, caret) {
    field.value = value;
    field.setSelectionRange(caret, caret);
  }

  document.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "insertText" || !event.data || !event.target.matches(FIELD)) return;
    if (/[^\d.,]/.test(fold(event.data))) event.preventDefault();
  }, true);

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (event.isComposing || !field.matches(FIELD) || fold(field.value) === field.value) return;
    replace(field, fold(field.value), field.selectionStart);
  }, true);

  // An input method commits whole words at once: keep the digits of the word, in case there are any.
  document.addEventListener("compositionend", (event) => {
    const field = event.target;
    if (!field.matches(FIELD) || !event.data) return;
    const end = field.selectionStart;
    const start = end - event.data.length;
    const digits = fold(event.data).replace(/[^\d.]/g, "");
    if (field.value.slice(start, end) !== event.data || digits === event.data) return;
    replace(field, field.value.slice(0, start) + digits + field.value.slice(end), start + digits.length);
    evalsys.typed(field);
  }, true);

  evalsys.number = { field: FIELD, plain, is };
})(window.evalsys);
