/* [data-grid]: a table of fields that moves like a spreadsheet.
 *
 *   Enter, ↓          next row, same column (data-col of the field); Shift+Enter, ↑ back; Tab as usual
 *   Esc               the value last saved
 *   F or *            full marks: fills data-max; other keys by data-full-keys="f*" on the grid
 *   Alt+G             first field of column "mark" without a mark; also a button [data-next-unscored]
 *   paste             a range copied from a spreadsheet fills the fields from here on, down and to the right
 *
 * A row is a <tr>, or [data-grid-row]. Fields that are disabled or readonly are stepped over.
 */
"use strict";

(function (evalsys) {
  const FULL_KEYS = "f*";
  const ROW = "tr, [data-grid-row]";

  const open = (field) => !field.disabled && !field.readOnly && field.offsetParent !== null;
  const column = (grid, name) => [...grid.querySelectorAll("[data-col]")].filter((field) => field.dataset.col === name && open(field));
  const inRow = (row) => [...row.querySelectorAll("[data-col]")].filter(open);

  function enter(field) {
    field.focus();
    if (field.select) field.select();
    field.scrollIntoView({ block: "nearest" });
  }

  function step(grid, field, by) {
    const fields = column(grid, field.dataset.col);
    const next = fields[fields.indexOf(field) + by];
    if (next) enter(next);
    else field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function undo(field) {
    const saver = evalsys.saverOf(field);
    const saved = saver ? saver.base[field.name] || "" : field.defaultValue;
    if (field.value === saved) return;
    field.value = saved;
    evalsys.typed(field);
    field.select();
  }

  function fillFull(grid, field) {
    field.value = field.dataset.max;
    evalsys.typed(field);
    step(grid, field, 1);
  }

  function nextUnscored(grid) {
    const empty = column(grid, "mark").find((field) => !field.value.trim());
    if (empty) enter(empty);
    else evalsys.announce("每一项都已评分。");
  }

  function isFullKey(grid, event) {
    const keys = grid.dataset.fullKeys || FULL_KEYS;
    // With a Chinese input method on, a letter arrives as "Process": the key's place still tells which it was.
    const key = event.key.length === 1 ? event.key : event.code.replace("Key", "");
    return key.length === 1 && keys.includes(key.toLowerCase());
  }

  function onKey(grid, event) {
    const field = event.target;
    if (!field.matches("input[data-col]") || event.ctrlKey || event.metaKey) return;
    if (event.altKey) return;
    const full = field.dataset.max !== undefined && isFullKey(grid, event);
    if (event.isComposing && !full) return;
    const acts = {
      Enter: () => step(grid, field, event.shiftKey ? -1 : 1),
      ArrowDown: () => step(grid, field, 1),
      ArrowUp: () => step(grid, field, -1),
      Escape: () => undo(field),
    };
    const act = full ? () => fillFull(grid, field) : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  function cellsOf(text) {
    return text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  }

  function put(field, text) {
    const value = field.dataset.number === undefined ? text.trim() : evalsys.number.plain(text);
    if (field.dataset.number !== undefined && value && !evalsys.number.is(value)) return false;
    if (field.value !== value) {
      field.value = value;
      evalsys.typed(field);
    }
    return true;
  }

  function onPaste(grid, event) {
    const field = event.target;
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!field.matches("input[data-col]") || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const rows = column(grid, field.dataset.col).map((each) => each.closest(ROW));
    const first = rows.indexOf(field.closest(ROW));
    const left = inRow(rows[first]).indexOf(field);
    let [filled, skipped] = [0, 0];
    cellsOf(text).forEach((cells, down) => {
      const fields = rows[first + down] ? inRow(rows[first + down]) : [];
      cells.forEach((cell, right) => {
        const target = fields[left + right];
        if (target && put(target, cell)) filled += 1;
        else if (cell.trim()) skipped += 1;
      });
    });
    evalsys.announce(`已粘贴 ${filled} 格${skipped ? `，${skipped} 格不是数字或没有位置，未填入` : ""}。`);
  }

  evalsys.mount("[data-grid]", (grid) => {
    grid.addEventListener("keydown", (event) => onKey(grid, event));
    grid.addEventListener("paste", (event) => onPaste(grid, event));
    grid.addEventListener("focusin", (event) => {
      if (event.target.matches("input[data-number]")) event.target.select();
    });
  });

  document.addEventListener("keydown", (event) => {
    const grid = document.querySelector("[data-grid]");
    if (!grid || !event.altKey || event.code !== "KeyG") return;
    event.preventDefault();
    nextUnscored(grid);
  });
  document.addEventListener("click", (event) => {
    const grid = document.querySelector("[data-grid]");
    if (grid && event.target.closest("[data-next-unscored]")) nextUnscored(grid);
  });
})(window.evalsys);
