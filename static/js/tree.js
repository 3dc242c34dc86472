/* [data-tree="prefix"]: a formset whose rows are the nodes of a tree, each with a hidden field prefix-N-level.
 *
 *   Alt+Insert, [data-tree-add="0"]         a node below, on the same level; with Shift, [data-tree-add="1"], one level down
 *   Alt+← →, [data-tree-level="-1|1"]       the node and what is below it go one level up or down
 *   Alt+↑ ↓, [data-tree-move="-1|1"]        the node and what is below it change places with its neighbour
 *   Alt+Delete, [data-tree-remove]          takes the node and what is below it away; 撤销 brings it back
 *
 *   evalsys.addNode(row, fill)              a node below, beside one of the last level; fill(row) gives it values
 *
 * Rows are numbered as rows.js does, and carry class depth-1 to depth-3.
 */
"use strict";

(function (evalsys) {
  const LEVELS = 3;

  function setUp(table) {
    const prefix = table.dataset.tree;
    const [form, body] = [table.closest("form"), table.tBodies[0]];
    const total = form.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const template = form.querySelector(`template[data-rows-template="${prefix}"]`);
    const number = evalsys.numberer(prefix);
    const rows = () => [...body.querySelectorAll("[data-row]")];
    const levelField = (row) => row.querySelector("input[name$='-level']");
    const level = (row) => Number(levelField(row).value) || 1;
    const nameField = (row) => row.querySelector("[name$='-name']");

    function setLevel(row, value) {
      levelField(row).value = value;
      for (let depth = 1; depth <= LEVELS; depth += 1) row.classList.toggle(`depth-${depth}`, depth === value);
    }

    function renumber() {
      rows().forEach(number);
      total.value = rows().length;
    }

    function changed() {
      renumber();
      evalsys.typed(total);
    }

    /** The row with everything below it. */
    function block(row) {
      const all = rows();
      const found = [row];
      for (const next of all.slice(all.indexOf(row) + 1)) {
        if (level(next) <= level(row)) break;
        found.push(next);
      }
      return found;
    }

    function fresh(depth) {
      const row = document.importNode(template.content, true).querySelector("[data-row]");
      setLevel(row, depth);
      return row;
    }

    function add(row, deeper, fill = () => {}) {
      if (level(row) + deeper > LEVELS) {
        evalsys.announce(`指标最多 ${LEVELS} 级。`);
        return;
      }
      const added = fresh(level(row) + deeper);
      block(row).pop().after(added);
      fill(added);
      changed();
      evalsys.remount(added);
      nameField(added).focus();
      evalsys.announce(`已添加一行${nameField(added).value}。`);
    }

    function shift(row, by) {
      const moved = block(row);
      const above = rows()[rows().indexOf(row) - 1];
      const deepest = Math.max(...moved.map(level));
      if (level(row) + by < 1 || deepest + by > LEVELS || (by > 0 && (!above || level(above) < level(row)))) return;
      moved.forEach((each) => setLevel(each, level(each) + by));
      changed();
      evalsys.announce(`现在是 ${level(row)} 级指标。`);
    }

    function sibling(row, by) {
      const all = rows();
      const candidates = by > 0 ? all.slice(all.indexOf(row) + 1) : all.slice(0, all.indexOf(row)).reverse();
      const found = candidates.find((each) => level(each) <= level(row));
      return found && level(found) === level(row) ? found : null;
    }

    function move(row, by) {
      const other = sibling(row, by);
      if (!other) return;
      const active = document.activeElement;
      if (by < 0) other.before(...block(row));
      else block(other).pop().after(...block(row));
      changed();
      active.focus();
    }

    function remove(row) {
      const gone = block(row);
      const back = evalsys.takeAway(gone, `已删除「${nameField(row).value}」等 ${gone.length} 行 `, () => {
        changed();
        nameField(row).focus();
      });
      changed();
      back.focus();
    }

    evalsys.addNode = (row, fill) => add(row, level(row) < LEVELS ? 1 : 0, fill);
    body.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const row = event.target.closest("[data-row]");
      if (!button || !row) return;
      if (button.dataset.treeAdd) add(row, Number(button.dataset.treeAdd));
      else if (button.dataset.treeLevel) shift(row, Number(button.dataset.treeLevel));
      else if (button.dataset.treeMove) move(row, Number(button.dataset.treeMove));
      else if (button.matches("[data-tree-remove]")) remove(row);
    });
    body.addEventListener("keydown", (event) => {
      const row = event.target.closest("[data-row]");
      const acts = {
        Insert: () => add(row, event.shiftKey ? 1 : 0),
        ArrowLeft: () => shift(row, -1),
        ArrowRight: () => shift(row, 1),
        ArrowUp: () => move(row, -1),
        ArrowDown: () => move(row, 1),
        Delete: () => remove(row),
      };
      if (!event.altKey || !row || !acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });
    form.addEventListener("evalsys:recall", (event) => {
      const wanted = Number(event.detail[total.name]);
      if (!wanted) return;
      while (rows().length < wanted) {
        body.append(fresh(1));
        evalsys.remount(rows().pop());
      }
      rows().slice(wanted).forEach((row) => row.remove());
      renumber();
    });
    form.addEventListener("evalsys:state", () => rows().forEach((row) => setLevel(row, level(row))));
    renumber();
  }

  evalsys.mount("[data-tree]", setUp);
})(window.evalsys);
