/* Two versions of the same fields: what can be joined is joined, what cannot is shown to a person.
 *
 *   evalsys.merge(base, mine, theirs) -> { adopt, clash }
 *     base    what both started from; mine: what stands in the page; theirs: stored values that differ from what was sent
 *     adopt   { name: value } only they changed; clash: names both changed, each to something else
 *   evalsys.resolve(scope, { lead, clash, mine, theirs }, done)
 *     shows both values of every name in `clash` with a choice; done({ name: "mine" | "theirs" }) when all are chosen
 *   evalsys.reconcile(saver, answer, sent)   does both for a Saver whose version was stale (409), then lets it go on
 */
"use strict";

(function (evalsys) {
  const isBlank = (value) => value === "" || value === undefined || value === null;
  const same = (one, other) => (isBlank(one) && isBlank(other)) || String(one) === String(other);

  function merge(base, mine, theirs) {
    const adopt = {};
    const clash = [];
    for (const name of Object.keys(theirs)) {
      if (same(mine[name], theirs[name])) continue;
      if (same(base[name], mine[name])) adopt[name] = theirs[name];
      else if (!same(base[name], theirs[name])) clash.push(name);
    }
    return { adopt, clash };
  }

  function fieldPart(scope, name, mine, theirs) {
    const part = evalsys.fromTemplate("conflict-field-template");
    part.dataset.name = name;
    part.querySelector(".conflict-name").textContent = evalsys.fields.label(scope, name);
    const shown = (value) => (isBlank(value) ? "（空）" : evalsys.fields.shown(scope, name, String(value)));
    part.querySelector("[data-value=mine]").textContent = shown(mine);
    part.querySelector("[data-value=theirs]").textContent = shown(theirs);
    return part;
  }

  function resolve(scope, { lead, clash, mine, theirs }, done) {
    const panel = evalsys.fromTemplate("conflict-template");
    const chosen = {};
    panel.setAttribute("aria-label", lead);
    panel.querySelector(".conflict-lead").textContent = lead;
    panel.querySelector(".conflict-all").hidden = clash.length < 2;
    const parts = panel.querySelector(".conflict-fields");
    for (const name of clash) parts.append(fieldPart(scope, name, mine[name], theirs[name]));
    const active = document.activeElement;
    const placed = evalsys.place(scope, panel);

    function choose(names, side) {
      for (const name of names) {
        chosen[name] = side;
        const part = [...parts.children].find((each) => each.dataset.name === name);
        if (part) part.remove();
      }
      if (clash.some((name) => !chosen[name])) return;
      placed.remove();
      if (scope.contains(active)) active.focus();
      done(chosen);
    }

    panel.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.chooseAll) choose(clash.filter((name) => !chosen[name]), button.dataset.chooseAll);
      else if (button.dataset.choose) choose([button.closest("[data-name]").dataset.name], button.dataset.choose);
    });
    panel.addEventListener("keydown", (event) => event.stopPropagation());
    evalsys.announce(lead);
  }

  function reconcile(saver, data, sent) {
    const { scope, base } = saver;
    const theirs = { ...data.theirs };
    const goOn = () => {
      saver.setVersion(data.version);
      saver.savedAt = "";
      saver.settle();
    };
    const ask = (clash, texts, done) => {
      saver.show("conflict");
      resolve(scope, { lead: `他人改过下面的内容，与您填的不同。请选择留下哪一个。`, clash, ...texts }, done);
    };
    const tables = evalsys.alignRows(scope, { base, mine: evalsys.fields.read(scope), theirs });
    if (tables) {
      const { name } = tables;
      ask([name], { mine: { [name]: tables.mine }, theirs: { [name]: tables.theirs } }, (chosen) => {
        if (chosen[name] === "theirs") tables.take();
        else tables.keep();
        goOn();
      });
      return;
    }
    const mine = evalsys.fields.read(scope);
    const { adopt, clash } = merge(base, mine, theirs);
    for (const name of Object.keys(sent)) {
      if (!(name in theirs)) base[name] = sent[name];
      else if (same(mine[name], theirs[name])) base[name] = mine[name];
    }
    for (const name of Object.keys(adopt)) saver.take(name, adopt[name]);
    const joined = Object.keys(adopt).map((name) => evalsys.fields.label(scope, name));
    if (joined.length) evalsys.announce(`已并入他人的修改：${joined.join("、")}`);
    if (!clash.length) {
      goOn();
      return;
    }
    ask(clash, { mine, theirs }, (chosen) => {
      for (const name of clash) {
        base[name] = theirs[name];
        if (chosen[name] === "theirs") saver.take(name, theirs[name]);
      }
      goOn();
    });
  }

  evalsys.merge = merge;
  evalsys.same = same;
  evalsys.resolve = resolve;
  evalsys.reconcile = reconcile;
})(window.evalsys);
