/* Leaving a page with unsaved text: other forms and links wait until everything is saved; if it cannot be, a form
 * stays and shows the place, and for a link or a closed window the browser asks. Submitting an autosaved form saves it.
 */
"use strict";

(function (evalsys) {
  function goTo(saver) {
    const place = saver.scope.querySelector("[aria-invalid=true]") || document.querySelector(".conflict") || saver.scope;
    place.scrollIntoView({ block: "center" });
    if (place.focus) place.focus({ preventScroll: true });
    evalsys.announce(`还有内容没有保存：${evalsys.saveWords(saver)}`);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("form[data-autosave]")) {
      event.preventDefault();
      evalsys.saverOf(form).flush();
      return;
    }
    if (event.defaultPrevented || form.method === "dialog" || !evalsys.unsafe().length) return;
    event.preventDefault();
    const { submitter } = event;
    delete form.dataset.sent;
    if (await evalsys.flushAll()) {
      form.requestSubmit(submitter || undefined);
      return;
    }
    const dialog = form.closest("dialog");
    if (dialog) dialog.close();
    goTo(evalsys.unsafe()[0]);
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.getAttribute("href").startsWith("#") || !evalsys.unsafe().length) return;
    event.preventDefault();
    await evalsys.flushAll();
    location.assign(link.href);
  });

  window.addEventListener("beforeunload", (event) => {
    if (!evalsys.unsafe().length) return;
    event.preventDefault();
    event.returnValue = "";
  });
})(window.evalsys);
