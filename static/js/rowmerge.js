/* Rows of two windows (rows.js) after a conflict. They have no names of their own: once one was put in between, removed or
 * moved, row 3 here is not row 3 there, and joining them field by field would mix two rows or drop one.
 *
 *   evalsys.alignRows(scope, { base, mine, theirs })
 *     null            the fields can be joined by their names (rows added at the end have been added to the page)
 *     { name, mine, theirs, take, keep }   one table has to be chosen: both as text, and what each choice does
 *     `theirs` is completed: a field of a row that is not stored reads ""; the number of rows stays the page's
 */
"use strict";

(function (evalsys) {
  function listed(prefix, values) {
    const rows = Array.from({ length: Number(values[`${prefix}-TOTAL_FORMS`]) || 0 }, () => []);
    const pattern = new RegExp(`^${prefix}-(\\d+)-.`);
    for (const [name, value] of Object.entries(values)) {
      const [, index] = name.match(pattern) || [];
      if (value && rows[index]) rows[index].push(value);
    }
    const texts = rows.map((cells) => cells.join(" · "));
    while (texts.length && !texts[texts.length - 1]) texts.pop();
    return texts;
  }

  function shape(base, mine, theirs) {
    if (theirs.some((row, index) => row && row !== mine[index] && mine.includes(row))) return "moved";
    if (theirs.length === mine.length) return "same";
    if (mine.length > theirs.length) return theirs.length === base.length ? "same" : "moved";
    return mine.length === base.length ? "grown" : "moved";
  }

  function recall(scope, name, count) {
    scope.dispatchEvent(new CustomEvent("evalsys:recall", { detail: { [name]: count } }));
  }

  function choice(scope, name, base, theirs, texts) {
    const { fields } = evalsys;
    const numbered = (rows) => rows.map((row, index) => `${index + 1}. ${row || "（空）"}`).join("\n");
    return {
      name,
      mine: numbered(texts.mine),
      theirs: numbered(texts.theirs),
      keep: () => Object.assign(base, theirs),
      take: () => {
        recall(scope, name, theirs[name]);
        for (const each of Object.keys(fields.read(scope))) if (each in theirs) fields.write(scope, each, theirs[each]);
        Object.assign(base, theirs);
      },
    };
  }

  function alignRows(scope, { base, mine, theirs }) {
    const table = scope.querySelector("[data-rows]");
    const prefix = table && table.dataset.rows;
    const name = `${prefix}-TOTAL_FORMS`;
    if (!table || theirs[name] === undefined) return null;
    for (const each of Object.keys(mine)) {
      if (each.startsWith(`${prefix}-`) && !(each in theirs)) theirs[each] = each.includes("_FORMS") ? mine[each] : "";
    }
    const texts = { base: listed(prefix, base), mine: listed(prefix, mine), theirs: listed(prefix, theirs) };
    const found = shape(texts.base, texts.mine, texts.theirs);
    if (found === "moved") return choice(scope, name, base, theirs, texts);
    if (found === "grown") recall(scope, name, Math.max(theirs[name], mine[name]));
    theirs[name] = evalsys.fields.read(scope)[name];
    return null;
  }

  evalsys.alignRows = alignRows;
})(window.evalsys);
