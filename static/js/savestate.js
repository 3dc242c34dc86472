/* Says in words what happens to the typed text: 未保存 · 保存中 · 已保存 14:03 · 冲突 · 未连接.
 *
 *   [data-save-state]     inside a scope: the state of that scope, short where the page has a summary
 *   [data-save-summary]   one per page: the state of the scope that is worst off
 *
 * Screen readers hear of trouble and of its end, not of every save.
 */
"use strict";

(function (evalsys) {
  const WORST_LAST = ["clean", "saved", "saving", "dirty", "refused", "offline", "stopped", "login", "conflict"];
  const QUIET = ["clean", "saved", "saving", "dirty"];
  const STRANGER = "现在登录的是另一位用户，请改用原来的账号登录 ";
  let trouble = "";

  const SHORT = {
    clean: () => "",
    saved: (saver) => `已保存 ${saver.savedAt || ""}`.trim(),
    saving: () => "保存中",
    dirty: () => "未保存",
    refused: (saver) => (saver.general || [])[0] || "有错，未保存",
    offline: () => "未连接",
    stopped: () => "未保存",
    login: () => "登录已过期",
    conflict: () => "冲突",
  };
  const FULL = {
    ...SHORT,
    refused: (saver) => (saver.general || [])[0] || `有 ${refusedFields()} 处未保存，请按红字改正`,
    offline: () => "未连接，内容留在本机，将自动重试",
    stopped: (saver) => saver.message,
    login: () => (evalsys.stranger ? STRANGER : "登录已过期，请在新窗口登录后继续 "),
    conflict: () => "冲突，请在红框里选择",
  };

  function refusedFields() {
    const refused = evalsys.savers().filter((saver) => saver.state === "refused");
    return refused.reduce((sum, saver) => sum + saver.unsaved().length, 0);
  }

  function paint(indicator, saver, words) {
    if (saver.state === "clean" && indicator.dataset.state === "clean") return;
    indicator.dataset.state = saver.state;
    indicator.textContent = words[saver.state](saver);
    const login = evalsys.meta("login-url");
    if (saver.state !== "login" || words !== FULL || !login) return;
    const link = document.createElement("a");
    Object.assign(link, { href: login, target: "_blank", rel: "noopener", textContent: "登录" });
    indicator.append(link);
  }

  function worst() {
    const rank = (saver) => WORST_LAST.indexOf(saver.state);
    return evalsys.savers().reduce((one, other) => {
      if (rank(one) !== rank(other)) return rank(one) > rank(other) ? one : other;
      return (one.savedAt || "") >= (other.savedAt || "") ? one : other;
    });
  }

  function announce(saver) {
    const text = FULL[saver.state](saver);
    if (!QUIET.includes(saver.state) && text !== trouble) evalsys.announce(text);
    if (saver.state === "saved" && trouble) evalsys.announce(text);
    if (saver.state === "saved") trouble = "";
    else if (!QUIET.includes(saver.state)) trouble = text;
  }

  document.addEventListener("evalsys:state", (event) => {
    const saver = evalsys.saverOf(event.target);
    const summaries = document.querySelectorAll("[data-save-summary]");
    const own = event.target.querySelector("[data-save-state]");
    if (own && saver) paint(own, saver, summaries.length ? SHORT : FULL);
    if (!evalsys.savers().length) return;
    const speaker = worst();
    summaries.forEach((summary) => paint(summary, speaker, FULL));
    announce(speaker);
  });

  evalsys.saveWords = (saver) => FULL[saver.state](saver);
})(window.evalsys);
