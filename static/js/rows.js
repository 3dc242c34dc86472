/* [data-rows="prefix"]: a table whose rows are the forms of a Django formset; rows are added, removed and moved.
 *
 *   tr[data-row]                             a row
 *   template[data-rows-template="prefix"]    a fresh row, with __prefix__ in names and ids; anywhere in the form
 *   button[data-row-add="prefix"]            anywhere in the form
 *   button[data-row-remove], [data-row-up], [data-row-down]   in the row; Alt+↑ and Alt+↓ move the row one is in
 *   [data-row-number]                        shows the row's place
 *
 * Rows are numbered in the order of the page, from 0 and without gaps, in names, ids and prefix-TOTAL_FORMS: what is posted
 * is what one sees. A removed row can be brought back until the page is left. tree.js shares both:
 *
 *   evalsys.numberer(prefix)                 number(row, index)
 *   evalsys.takeAway(rows, words, restored)  the button that brings the rows back
 */
"use strict";

(function (evalsys) {
  const NUMBERED = ["name", "id", "for", "aria-describedby", "aria-labelledby", "data-error-for"];

  /** Gives a row its number in everything that carries the formset's prefix. */
  function numberer(prefix) {
    const pattern = new RegExp(`(^|[^a-zA-Z])${prefix}-(?:\\d+|__prefix__)-`, "g");
    return (row, index) => {
      for (const element of row.querySelectorAll("*")) {
        for (const attribute of NUMBERED) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(pattern, `$1${prefix}-${index}-`));
        }
      }
    };
  }

  /** Takes rows off the page and leaves a line that brings them back. */
  function takeAway(rows, words, restored) {
    const note = evalsys.place(rows[rows.length - 1], words);
    const back = document.createElement("button");
    Object.assign(back, { type: "button", className: "btn btn-link btn-sm", textContent: "撤销" });
    back.addEventListener("click", () => {
      note.replaceWith(...rows);
      restored();
    });
    note.className = "row-removed";
    note.cells[0].append(back);
    rows.forEach((row) => row.remove());
    return back;
  }

  function setUp(table) {
    const prefix = table.dataset.rows;
    const form = table.closest("form");
    const body = table.querySelector("[data-rows-body]") || table.tBodies[0];
    const total = form.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    total.dataset.label = "整张表";
    const rows = () => [...body.querySelectorAll("[data-row]")];
    const firstField = (row) => row.querySelector("input:not([type=hidden]), select, textarea");
    const number = numberer(prefix);

    function renumber() {
      const all = rows();
      all.forEach((row, index) => {
        number(row, index);
        row.querySelectorAll("[data-row-number]").forEach((place) => { place.textContent = index + 1; });
        row.querySelectorAll("[data-row-up]").forEach((button) => { button.disabled = index === 0; });
        row.querySelectorAll("[data-row-down]").forEach((button) => { button.disabled = index === all.length - 1; });
      });
      total.value = all.length;
    }

    function changed() {
      renumber();
      evalsys.typed(total);
    }

    function append() {
      const template = form.querySelector(`template[data-rows-template="${prefix}"]`);
      const row = document.importNode(template.content, true).querySelector("[data-row]");
      body.append(row);
      renumber();
      evalsys.remount(row);
      return row;
    }

    function add() {
      const row = append();
      changed();
      firstField(row).focus();
      evalsys.announce(`已添加第 ${rows().length} 行。`);
    }

    function remove(row) {
      const back = takeAway([row], `已删除第 ${rows().indexOf(row) + 1} 行 `, () => {
        changed();
        firstField(row).focus();
      });
      changed();
      back.focus();
    }

    function move(row, by) {
      const all = rows();
      const other = all[all.indexOf(row) + by];
      const active = document.activeElement;
      if (!other) return;
      if (by < 0) other.before(row);
      else other.after(row);
      changed();
      if (row.contains(active)) (active.disabled ? firstField(row) : active).focus();
      evalsys.announce(`移到第 ${rows().indexOf(row) + 1} 行。`);
    }

    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && button.dataset.rowAdd === prefix) add();
    });
    body.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const row = event.target.closest("[data-row]");
      if (!button || !row) return;
      if (button.matches("[data-row-remove]")) remove(row);
      else if (button.matches("[data-row-up]")) move(row, -1);
      else if (button.matches("[data-row-down]")) move(row, 1);
    });
    body.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const row = event.target.closest("[data-row]");
      if (!event.altKey || !by || !row) return;
      event.preventDefault();
      move(row, by);
    });
    form.addEventListener("evalsys:recall", (event) => {
      const wanted = event.detail[total.name];
      if (wanted === undefined) return;
      while (rows().length < Number(wanted)) append();
      rows().slice(Number(wanted)).forEach((row) => row.remove());
      renumber();
    });

    renumber();
  }

  Object.assign(evalsys, { numberer, takeAway });
  evalsys.mount("[data-rows]", setUp);
})(window.evalsys);
