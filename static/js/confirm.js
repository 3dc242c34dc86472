/* Dialogs: a button [data-dialog="id"] opens <dialog id>, [data-dialog-close] closes it, Esc too; focus returns to the
 * button. A dialog that came back from the server with an error opens itself: <dialog data-open>.
 *
 *   evalsys.openDialog(dialog, opener)
 */
"use strict";

(function (evalsys) {
  function show(dialog, opener) {
    dialog.showModal();
    const field = dialog.querySelector("textarea, select, input:not([type=hidden])");
    if (field) field.focus();
    dialog.addEventListener("close", () => {
      if (opener) opener.focus();
    }, { once: true });
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) show(dialog, opener);
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) closer.closest("dialog").close();
  });

  evalsys.openDialog = show;
  evalsys.mount("dialog[data-open]", (dialog) => show(dialog, null));
})(window.evalsys);
