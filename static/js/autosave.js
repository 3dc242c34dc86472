/* Puts Savers to work.
 *
 *   form[data-autosave="key"]   saves itself: 0.8 s after the last key, at once when a field is left
 *   [data-save-row="url"]       the same for one row of a table, with its own version
 *
 *   evalsys.savers()      the Savers whose scope is still on the page
 *   evalsys.unsafe()      those that hold something the server does not have
 *   evalsys.flushAll()    saves all of it; the promise says whether nothing unsafe is left
 */
"use strict";

(function (evalsys) {
  const all = new Set();
  let renewing = false;

  function savers() {
    for (const saver of all) if (!saver.scope.isConnected) all.delete(saver);
    return [...all];
  }

  const unsafe = () => savers().filter((saver) => saver.isDirty() || saver.sending);
  const inState = (state) => savers().filter((saver) => saver.state === state);

  async function flushAll() {
    for (let round = 0; round < 3 && unsafe().length; round += 1) {
      await Promise.all(unsafe().map((saver) => saver.flush()));
    }
    return !unsafe().length;
  }

  async function afterSignIn() {
    if (renewing || !inState("login").length) return;
    renewing = true;
    const answer = await evalsys.renew();
    renewing = false;
    for (const saver of inState("login")) {
      if (answer === "ready") saver.state = "dirty";
      if (answer === "ready") saver.settle();
      else saver.show("login");
    }
  }

  evalsys.mount("form[data-autosave], [data-save-row]", (scope) => all.add(new evalsys.Saver(scope)));

  window.addEventListener("focus", afterSignIn);
  window.addEventListener("online", () => inState("offline").forEach((saver) => saver.flush()));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") afterSignIn();
    else savers().forEach((saver) => saver.flush());
  });

  Object.assign(evalsys, { savers, unsafe, flushAll });
})(window.evalsys);
