/* Typed text that has not reached the server yet, kept in this browser (localStorage) and offered back after a reload.
 *
 * Kept per user and scope: { version, at, base: {name: value}, mine: {name: value} }, only the unsaved fields; removed
 * as soon as they are saved, and after 14 days.
 *
 *   evalsys.drafts.stash(saver)    keeps what the Saver has not saved; nothing unsaved removes the draft
 *   evalsys.drafts.recall(saver)   offers a kept draft, several of a page together; where the stored text changed
 *                                  meanwhile, a person chooses
 *
 * Before it writes, restoring sends evalsys:recall (detail: the values) to the scope, so that rows.js can add missing rows.
 */
"use strict";

(function (evalsys) {
  const PREFIX = "evalsys:draft:";
  const KEPT_MS = 14 * 24 * 3600 * 1000;
  let found = [];
  const fullKey = (key) => `${PREFIX}${evalsys.meta("user-id")}:${key}`;

  function keep(key, draft) {
    try {
      if (Object.keys(draft.mine).length) localStorage.setItem(fullKey(key), JSON.stringify({ ...draft, at: Date.now() }));
      else localStorage.removeItem(fullKey(key));
    } catch (error) {
      // Storage full or switched off: the text is still on the page, and the leave guard still asks.
    }
  }

  function parse(text) {
    try {
      const draft = JSON.parse(text);
      return draft && draft.mine && draft.base && Date.now() - draft.at < KEPT_MS ? draft : null;
    } catch (error) {
      return null;
    }
  }

  function find(key) {
    try {
      return parse(localStorage.getItem(fullKey(key)));
    } catch (error) {
      return null;
    }
  }

  function sweep() {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX) && !parse(localStorage.getItem(key)))
        .forEach((key) => localStorage.removeItem(key));
    } catch (error) {
      // Nothing can be kept here, so nothing is old.
    }
  }

  function when(at) {
    const two = (number) => String(number).padStart(2, "0");
    const date = new Date(at);
    return `${date.getMonth() + 1} 月 ${date.getDate()} 日 ${two(date.getHours())}:${two(date.getMinutes())}`;
  }

  function offer(drafts, place) {
    const box = evalsys.fromTemplate("draft-template");
    const count = drafts.reduce((sum, { draft }) => sum + Object.keys(draft.mine).length, 0);
    const latest = Math.max(...drafts.map(({ draft }) => draft.at));
    box.querySelector(".draft-lead").textContent =
      `这台电脑上留有 ${when(latest)} 没有保存成功的内容（${count} 处）。要放回页面吗？`;
    const placed = place(box);
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-draft]");
      if (!button) return;
      placed.remove();
      for (const { saver, draft } of drafts) {
        saver.pending = null;
        if (button.dataset.draft === "restore") restore(saver, draft);
        else stash(saver);
      }
    });
  }

  /** One question for a whole page: twenty rows without network are one accident, not twenty. */
  function offerAll() {
    const drafts = found;
    found = [];
    const first = drafts[0].saver.scope;
    const top = first.closest("table, form").parentElement;
    if (drafts.length === 1) offer(drafts, (box) => evalsys.place(first, box));
    else offer(drafts, (box) => { top.prepend(box); return box; });
  }

  function showHomeless(scope, texts) {
    const box = document.createElement("p");
    box.className = "notice notice-warn draft-homeless";
    box.textContent = `下列内容在页面上已没有位置，请复制后处理：\n${texts.join("\n")}`;
    evalsys.place(scope, box);
  }

  function stash(saver) {
    const now = evalsys.fields.read(saver.scope);
    const pending = saver.pending || { mine: {}, base: {} };
    const mine = { ...pending.mine };
    const base = { ...pending.base };
    for (const name of saver.unsaved(now)) [mine[name], base[name]] = [now[name], saver.base[name] || ""];
    keep(saver.key, { version: saver.version(), mine, base });
  }

  function restore(saver, { mine, base }) {
    const { scope } = saver;
    scope.dispatchEvent(new CustomEvent("evalsys:recall", { detail: mine }));
    const now = evalsys.fields.read(scope);
    const here = Object.keys(mine).filter((name) => name in now && !evalsys.same(now[name], mine[name]));
    const homeless = Object.keys(mine).filter((name) => !(name in now) && mine[name]);
    const clash = here.filter((name) => !evalsys.same(base[name], now[name]));
    const put = (names) => names.forEach((name) => evalsys.fields.write(scope, name, mine[name]));
    put(here.filter((name) => !clash.includes(name)));
    if (homeless.length) showHomeless(scope, homeless.map((name) => mine[name]));
    if (clash.length) {
      const lead = "没有保存成功之后，这里又被改过。请选择留下哪一个。";
      evalsys.resolve(scope, { lead, clash, mine, theirs: now }, (chosen) => {
        put(clash.filter((name) => chosen[name] === "mine"));
        saver.changed(0);
      });
    }
    evalsys.remount(scope);
    saver.changed(0);
  }

  function recall(saver) {
    const draft = find(saver.key);
    const now = evalsys.fields.read(saver.scope);
    if (!draft || Object.keys(draft.mine).every((name) => evalsys.same(draft.mine[name], now[name]))) return;
    saver.pending = draft;
    if (!found.length) setTimeout(offerAll, 0);
    found.push({ saver, draft });
  }

  sweep();
  evalsys.drafts = { stash, recall };
})(window.evalsys);
