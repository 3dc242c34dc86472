/* [data-grid]: a table of fields that moves like a spreadsheet.
 *
 *   Enter, ↓          next row, same column (the table's column, or data-col); Shift+Enter, ↑ back; Tab as usual
 *   Esc               the value last saved
 *   F or *            full marks: fills data-max; other keys by data-full-key="*" on the grid
 *   =                 fills data-proposal, what the leaf's rule gives; also a row's button [data-take-proposal]
 *   Alt+G             first field with data-max that has no mark; also a button [data-next-unscored]
 *   paste             a range copied from a spreadsheet fills the fields from here on, down and to the right
 *
 * A row is a <tr>, or [data-grid-row]. Boxes to tick, and fields that are disabled or readonly, are stepped over.
 */
"use strict";

(function (evalsys) {
  const FILLS = { max: "f*", proposal: "=＝" };
  const ROW = "tr, [data-grid-row]";
  const FIELD = "input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea";

  const open = (field) => !field.disabled && !field.readOnly && field.offsetParent !== null;
  const inRow = (row) => [...row.querySelectorAll(FIELD)].filter(open);

  function place(field) {
    const cell = field.closest("td, th");
    return field.dataset.col || (cell ? String(cell.cellIndex) : field.name);
  }

  function column(grid, field) {
    return [...grid.querySelectorAll(FIELD)].filter((each) => open(each) && place(each) === place(field));
  }

  function enter(field) {
    field.focus();
    if (field.select) field.select();
    field.scrollIntoView({ block: "nearest" });
  }

  function step(grid, field, by) {
    const fields = column(grid, field);
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

  function fill(grid, field, value) {
    field.value = value;
    evalsys.typed(field);
    step(grid, field, 1);
  }

  function decided(field) {
    const box = field.closest(ROW).querySelector("input[type=checkbox][name=not_applicable]");
    return field.value.trim() || (box && box.checked);
  }

  function nextUnscored(grid) {
    const empty = [...grid.querySelectorAll("[data-max]")].find((field) => open(field) && !decided(field));
    if (empty) enter(empty);
    else evalsys.announce("每一项都已评分。");
  }

  function filling(grid, field, event) {
    // With a Chinese input method on, a key arrives as "Process": its place still tells which it was.
    const key = event.key.length === 1 ? event.key : event.code.replace("Key", "").replace("Equal", "=");
    const keys = { ...FILLS, max: (grid.dataset.fullKey || FILLS.max).toLowerCase() };
    const name = Object.keys(keys).find((each) => key.length === 1 && keys[each].includes(key.toLowerCase()));
    return field.dataset[name];
  }

  function onKey(grid, event) {
    const field = event.target;
    if (field.tagName !== "INPUT" || !field.matches(FIELD) || event.ctrlKey || event.metaKey || event.altKey) return;
    const value = filling(grid, field, event);
    if (event.isComposing && value === undefined) return;
    // In a field with suggestions the arrows choose one.
    if (field.list && event.key.startsWith("Arrow")) return;
    const acts = {
      Enter: () => step(grid, field, event.shiftKey ? -1 : 1),
      ArrowDown: () => step(grid, field, 1),
      ArrowUp: () => step(grid, field, -1),
      Escape: () => undo(field),
    };
    const act = value === undefined ? acts[event.key] : () => fill(grid, field, value);
    if (!act) return;
    event.preventDefault();
    act();
  }

  function cellsOf(text) {
    return text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  }

  function put(field, text) {
    const numeric = field.matches(evalsys.number.field);
    const value = numeric ? evalsys.number.plain(text) : text.trim();
    if (numeric && value && !evalsys.number.is(value)) return false;
    if (field.value !== value) {
      field.value = value;
      evalsys.typed(field);
    }
    return true;
  }

  function onPaste(grid, event) {
    const field = event.target;
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (field.tagName !== "INPUT" || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const rows = column(grid, field).map((each) => each.closest(ROW));
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
    grid.addEventListener("focusin", ({ target }) => target.matches(evalsys.number.field) && target.select());
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
    const taken = grid && event.target.closest("[data-take-proposal]");
    if (taken) fill(grid, taken.closest(ROW).querySelector("[data-proposal]"), taken.dataset.takeProposal);
  });
})(window.evalsys);
