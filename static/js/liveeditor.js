/* textarea[data-live-text]: live figures stand in the text as values, tinted by a copy of the text behind it (.live-mirror).
 *
 * The textarea itself stays what the browser made it, so that undo, input methods, spelling and screen readers work; its
 * stored value (evalsys.fields.text) has the braces. Backspace and Delete take a figure whole; typing inside one makes it
 * plain text; undo makes it live again; copying inside this program keeps it live.
 *
 *   evalsys.live.editorOf(area)          its editor, with:
 *     editor.insert(name, from, to)      puts a live figure in place of a part of the shown text
 *     editor.shown, editor.mirror        as evalsys.live.parse gives it; where each position stands on the page
 *
 * Event evalsys:shown on the area after each change of what is shown.
 */
"use strict";

(function (evalsys) {
  const { live, fields } = evalsys;
  const CLIPBOARD = "application/x-evalsys-text";
  const MOST_REMEMBERED = 100;
  const LONGEST_TOKEN = 45;
  const editors = new WeakMap();

  class Editor {
    constructor(area) {
      this.area = area;
      this.remembered = new Map();
      this.mirror = document.createElement("div");
      this.mirror.className = "live-mirror paper-text";
      this.mirror.setAttribute("aria-hidden", "true");
      const frame = document.createElement("div");
      frame.className = "live-frame";
      area.replaceWith(frame);
      frame.append(this.mirror, area);
      area.form.autocomplete = "off"; // else a browser puts shown values back where braces belong
      this.write(area.defaultValue);
      fields.translate(area, {
        read: () => live.typed(this.current()),
        write: (value) => this.write(value),
        show: (value) => live.parse(value).text,
        replace: (from, to, words) => this.put(live.place(this.current(), from), live.place(this.shown, to), live.parse(words)),
      });
      area.addEventListener("input", (event) => this.changed(event));
      area.addEventListener("compositionend", () => this.adopt(0, this.area.value.length));
      area.addEventListener("keydown", (event) => this.takeWhole(event));
      for (const kind of ["copy", "cut"]) area.addEventListener(kind, (event) => this.copy(event));
      area.addEventListener("paste", (event) => this.paste(event));
      area.addEventListener("scroll", () => { this.mirror.scrollTop = area.scrollTop; });
    }

    write(typed) {
      this.show(live.parse(typed));
      this.area.value = this.shown.text;
      this.area.dispatchEvent(new Event("input")); // does not bubble: nobody typed, but the height may change
    }

    show(shown) {
      this.shown = shown;
      if (shown.ranges.length) this.remembered.set(shown.text, shown.ranges);
      if (this.remembered.size > MOST_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value);
      this.area.dispatchEvent(new CustomEvent("evalsys:shown"));
    }

    /** What is shown, also after a script changed the text without a word. */
    current() {
      if (this.area.value !== this.shown.text) this.show(live.edited(this.shown, this.area.value, this.area.selectionEnd));
      return this.shown;
    }

    changed(event) {
      const text = this.area.value;
      const known = (event.inputType || "").startsWith("history") && this.remembered.get(text);
      if (known) this.show({ text, ranges: known });
      else if (text !== this.shown.text) {
        const after = live.edited(this.shown, text, this.area.selectionEnd);
        this.show(after);
        if (!event.isComposing) this.adopt(after.from, after.to);
      }
    }

    /** Braces that were typed or pasted become figures; the caret stays behind them. */
    adopt(from, to) {
      const { area } = this;
      const start = Math.max(0, from - LONGEST_TOKEN);
      const fromEnd = area.value.length - area.selectionEnd;
      const found = live.tokens(this.shown.text.slice(start, to));
      for (const token of found.reverse()) this.put(start + token.start, start + token.end, live.parse(token.typed));
      if (found.length) area.setSelectionRange(area.value.length - fromEnd, area.value.length - fromEnd);
    }

    /** Reads the palette again: the forms may have changed. */
    renew() {
      const shown = this.current();
      const { selectionEnd: caret } = this.area;
      const typed = live.typed(shown);
      if (live.parse(typed).text === shown.text) return;
      const before = live.typed(shown, 0, caret).length;
      this.write(typed);
      const after = live.place(this.shown, before);
      if (document.activeElement === this.area) this.area.setSelectionRange(after, after);
    }

    insert(name, from, to) {
      return this.put(from, to, live.parse(`{{${name}}}`));
    }

    /** Types a shown text with its figures, so that the browser can undo it. */
    put(from, to, piece) {
      const { area } = this;
      const before = this.current();
      area.focus();
      area.setSelectionRange(from, to);
      const after = before.text.slice(0, from) + piece.text + before.text.slice(to);
      const moved = live.edited(before, after, from + piece.text.length, from).ranges;
      const added = piece.ranges.map((range) => ({ ...range, start: range.start + from, end: range.end + from }));
      this.shown = { text: after, ranges: [...moved, ...added].sort((one, other) => one.start - other.start) };
      if (!document.execCommand("insertText", false, piece.text)) {
        area.setRangeText(piece.text, from, to, "end");
        evalsys.typed(area);
      }
      this.show(this.shown);
      return true;
    }

    takeWhole(event) {
      const { selectionStart: caret, selectionEnd } = this.area;
      if (event.isComposing || caret !== selectionEnd || !["Backspace", "Delete"].includes(event.key)) return;
      const back = event.key === "Backspace";
      const range = this.current().ranges.find(({ start, end }) => (back ? start < caret && caret <= end : start <= caret && caret < end));
      if (range) this.area.setSelectionRange(range.start, range.end);
    }

    copy(event) {
      const { selectionStart: from, selectionEnd: to } = this.area;
      const shown = this.current();
      if (!shown.ranges.some((range) => range.start >= from && range.end <= to)) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", shown.text.slice(from, to));
      event.clipboardData.setData(CLIPBOARD, live.typed(shown, from, to));
      if (event.type === "cut") document.execCommand("delete");
    }

    paste(event) {
      const typed = event.clipboardData.getData(CLIPBOARD);
      if (!typed) return;
      event.preventDefault();
      this.put(this.area.selectionStart, this.area.selectionEnd, live.parse(typed));
    }
  }

  evalsys.mount("textarea[data-live-text]", (area) => editors.set(area, new Editor(area)));
  live.editorOf = (area) => editors.get(area);
})(window.evalsys);
