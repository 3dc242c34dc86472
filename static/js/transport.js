/* One POST of the save protocol (docs/pages.md) and what became of it.
 *
 *   evalsys.post(url, body) -> Promise of { kind, data }, never rejected
 *     saved | conflict | stopped (data.message says why) | login (the session has ended) | offline (try again later)
 *   evalsys.renew() -> Promise of "ready" | "login" | "stranger" | "offline"
 *     reads this page again for a fresh token after a sign-in in another window; "stranger" if somebody else signed in
 *   evalsys.stranger      whether the last renew() found somebody else signed in in this browser
 *
 * Requests of a page go out one after another, so that an older answer never paints over a newer total.
 */
"use strict";

(function (evalsys) {
  const TIMEOUT_MS = 30000;
  const NOT_SAVED = "没有保存：您没有权限，或表单已锁定。请刷新页面查看。";
  let queue = Promise.resolve();

  async function request(url, options) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      return await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: abort.signal, ...options });
    } finally {
      clearTimeout(timer);
    }
  }

  async function json(response) {
    const type = response.headers.get("Content-Type") || "";
    return type.includes("json") ? response.json() : null;
  }

  async function judge(response) {
    if (response.type === "opaqueredirect" || response.status === 401) return { kind: "login", data: {} };
    if (response.status >= 500 || response.status === 408 || response.status === 429) return { kind: "offline", data: {} };
    const data = await json(response);
    if (response.ok) return data ? { kind: "saved", data } : { kind: "offline", data: {} };
    if (response.status === 409 && data) return { kind: "conflict", data };
    return { kind: "stopped", data: { message: (data && data.message) || NOT_SAVED, expired: response.status === 403 && !data } };
  }

  async function attempt(url, body) {
    const headers = {
      Accept: "application/json",
      "X-Requested-With": "fetch",
      "X-Autosave": "1",
      "X-CSRFToken": evalsys.meta("csrf-token"),
    };
    try {
      return await judge(await request(url, { method: "POST", headers, body }));
    } catch (error) {
      return { kind: "offline", data: {} };
    }
  }

  async function postNow(url, body) {
    const answer = await attempt(url, body);
    if (!answer.data.expired) return answer;
    const ready = await renew();
    if (ready === "ready") return attempt(url, body);
    return ready === "offline" ? { kind: "offline", data: {} } : { kind: "login", data: {} };
  }

  function post(url, body) {
    const result = queue.then(() => postNow(url, body));
    queue = result;
    return result;
  }

  async function renew() {
    const answer = await readPageAgain();
    evalsys.stranger = answer === "stranger";
    return answer;
  }

  async function readPageAgain() {
    try {
      const response = await request(location.href, {});
      if (response.type === "opaqueredirect" || response.status === 401) return "login";
      if (response.status >= 500) return "offline";
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const read = (name) => (page.querySelector(`meta[name="${name}"]`) || {}).content || "";
      // A refusal (403, 404) is a page too: it says who is refused, and carries a token.
      if (!read("user-id")) return response.ok ? "login" : "offline";
      if (read("user-id") !== evalsys.meta("user-id")) return "stranger";
      evalsys.metaElement("csrf-token").content = read("csrf-token");
      document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => {
        input.value = read("csrf-token");
      });
      return "ready";
    } catch (error) {
      return "offline";
    }
  }

  evalsys.post = post;
  evalsys.renew = renew;
})(window.evalsys);
