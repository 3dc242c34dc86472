/* form[data-drop]: files dropped on it are chosen and sent.
 *
 * button[data-plain]: submits its form as a page of its own, although htmx sends the form otherwise.
 */
"use strict";

(function (evalsys) {
  evalsys.mount("form[data-drop]", (form) => {
    const input = form.querySelector("input[type=file]");
    const over = (event, on) => {
      event.preventDefault();
      form.classList.toggle("is-over", on);
    };
    form.addEventListener("dragover", (event) => over(event, true));
    form.addEventListener("dragleave", (event) => over(event, false));
    form.addEventListener("drop", (event) => {
      over(event, false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      form.requestSubmit(form.querySelector("button[type=submit]"));
    });
  });

  document.addEventListener("htmx:confirm", (event) => {
    const trigger = event.detail.triggeringEvent;
    const button = trigger && trigger.submitter;
    if (!button || !button.hasAttribute("data-plain")) return;
    event.preventDefault();
    const form = event.detail.elt;
    form.action = button.getAttribute("formaction");
    form.submit();
  });
})(window.evalsys);
