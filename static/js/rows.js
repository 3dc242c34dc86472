/* [data-rows="prefix"]: rows of a Django formset that can be added, removed and moved.
 *
 *   <template data-row-template>   one row (<tr data-row>) with __prefix__ in names and ids
 *   [data-rows-body]               where rows live
 *   [data-row-add]  [data-row-remove]  [data-row-up]  [data-row-down]   buttons; Alt+↑ and Alt+↓ move the row one is in
 *   [data-row-number]              shows the row's place
 *
 * Uses the management form (prefix-TOTAL_FORMS) and the formset's own fields prefix-N-DELETE and prefix-N-ORDER: a removed
 * row stays, hidden and marked, and can be brought back; the order is the one on the page.
 */
"use strict";

(function (evalsys) {
  function setUp(box) {
    const prefix = box.dataset.rows;
    const body = box.querySelector("[data-rows-body]");
    const total = box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`)
      || box.closest("form").querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const rows = () => [...body.querySelectorAll("[data-row]")];
    const shown = () => rows().filter((row) => !row.hidden);
    const part = (row, name) => row.querySelector(`[name^="${prefix}-"][name$="-${name}"]`);
    const firstField = (row) => row.querySelector(".cell-input, select, textarea, input:not([type=hidden])");

    function renumber() {
      const visible = shown();
      visible.forEach((row, index) => {
        const order = part(row, "ORDER");
        if (order) order.value = index + 1;
        row.querySelectorAll("[data-row-number]").forEach((place) => { place.textContent = index + 1; });
        row.querySelectorAll("[data-row-up]").forEach((button) => { button.disabled = index === 0; });
        row.querySelectorAll("[data-row-down]").forEach((button) => { button.disabled = index === visible.length - 1; });
      });
    }

    function tell() {
      renumber();
      evalsys.typed(total);
    }

    function append() {
      const template = box.querySelector("template[data-row-template]");
      const holder = document.createElement("template");
      holder.innerHTML = template.innerHTML.replace(/__prefix__/g, total.value);
      const row = holder.content.querySelector("[data-row]");
      body.append(row);
      total.value = Number(total.value) + 1;
      evalsys.remount(row);
      return row;
    }

    function add() {
      const row = append();
      tell();
      firstField(row).focus();
      evalsys.announce(`已添加第 ${shown().length} 行。`);
    }

    function mark(row, gone) {
      const field = part(row, "DELETE");
      if (field.type === "checkbox") field.checked = gone;
      else field.value = gone ? "on" : "";
      row.hidden = gone;
    }

    function remove(row) {
      const number = shown().indexOf(row) + 1;
      mark(row, true);
      const note = document.createElement("tr");
      note.className = "row-removed";
      const cell = note.insertCell();
      cell.colSpan = [...row.cells].reduce((sum, each) => sum + each.colSpan, 0);
      cell.textContent = `已删除第 ${number} 行 `;
      const back = document.createElement("button");
      Object.assign(back, { type: "button", className: "btn btn-link btn-sm", textContent: "撤销" });
      back.addEventListener("click", () => {
        note.remove();
        mark(row, false);
        tell();
        firstField(row).focus();
      });
      cell.append(back);
      row.after(note);
      tell();
      back.focus();
    }

    function move(row, by) {
      const visible = shown();
      const other = visible[visible.indexOf(row) + by];
      if (!other) return;
      const active = document.activeElement;
      if (by < 0) other.before(row);
      else other.after(row);
      tell();
      if (active && row.contains(active) && !active.disabled) active.focus();
      evalsys.announce(`移到第 ${shown().indexOf(row) + 1} 行。`);
    }

    box.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const row = event.target.closest("[data-row]");
      if (!button) return;
      if (button.matches("[data-row-add]")) add();
      else if (button.matches("[data-row-remove]")) remove(row);
      else if (button.matches("[data-row-up]")) move(row, -1);
      else if (button.matches("[data-row-down]")) move(row, 1);
    });
    box.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const row = event.target.closest("[data-row]");
      if (!event.altKey || !by || !row) return;
      event.preventDefault();
      move(row, by);
    });
    (box.closest("form") || box).addEventListener("evalsys:recall", (event) => {
      const wanted = Number(event.detail[`${prefix}-TOTAL_FORMS`] || 0);
      while (Number(total.value) < wanted) append();
      renumber();
    });

    rows().forEach((row) => {
      const gone = part(row, "DELETE");
      if (gone && (gone.checked || (gone.type === "hidden" && gone.value))) row.hidden = true;
    });
    renumber();
  }

  evalsys.mount("[data-rows]", setUp);
})(window.evalsys);
