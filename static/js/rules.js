/* Leaf rules in the pack editor: what a row shows follows the kind of rule that is chosen.
 *
 *   tr[data-row], [data-rule-row]     carries data-rule, the value of its select[data-rule-kind]
 *   input[data-rule-line]             its placeholder is its data-hint-KIND
 *   tr.has-below                      a row of [data-tree] with rows below it; it has no rule of its own
 */
"use strict";

(function (evalsys) {
  const ROW = "tr[data-row], [data-rule-row]";

  function follow(select) {
    const row = select.closest(ROW);
    const line = row.querySelector("[data-rule-line]");
    row.dataset.rule = select.value;
    line.placeholder = line.getAttribute(`data-hint-${select.value}`) || "";
  }

  const depth = (row) => Number([...row.classList].find((name) => name.startsWith("depth-")).slice("depth-".length));

  function markGroups(table) {
    const rows = [...table.querySelectorAll("tr[data-row]")];
    rows.forEach((row, index) => {
      row.classList.toggle("has-below", index + 1 < rows.length && depth(rows[index + 1]) > depth(row));
    });
  }

  function followAll(form) {
    form.querySelectorAll("[data-rule-kind]").forEach(follow);
    form.querySelectorAll("[data-tree]").forEach(markGroups);
  }

  evalsys.mount("select[data-rule-kind]", (select) => {
    const form = select.closest("form");
    select.addEventListener("change", () => follow(select));
    if (!form || form.dataset.rules) return;
    form.dataset.rules = "1";
    for (const event of ["input", "evalsys:state"]) form.addEventListener(event, () => followAll(form));
    followAll(form);
  });
})(window.evalsys);
