/* The score sheet, on top of grid.js.
 *
 *   not_applicable        ticking it empties the mark and asks for the reason; a mark unticks it: both are seen to happen
 *   Ctrl+Enter            opens the dialog that hands the sheet in
 *   [data-dialog=hand-in] first saves what is typed, so that the list of what is missing in the dialog is current
 *   [data-goto="ID"]      closes the dialog and goes to the mark of that row
 */
"use strict";

(function (evalsys) {
  const inRow = (element, name) => element.closest("tr").querySelector(`[name=${name}]`);

  function settle(field) {
    const choice = inRow(field, "not_applicable");
    const value = inRow(field, "value");
    if (field === choice && choice.checked) {
      value.value = "";
      inRow(field, "remark").focus();
    } else if (field === value && value.value && choice && choice.checked) {
      choice.checked = false;
    }
  }

  function goTo(link) {
    const dialog = link.closest("dialog");
    const row = document.getElementById(link.dataset.goto);
    const field = row.querySelector(".mark-input");
    // After confirm.js gave the focus back to the button that opened the dialog.
    dialog.addEventListener("close", () => {
      row.scrollIntoView({ block: "center" });
      (field.value ? inRow(field, "remark") : field).focus();
    }, { once: true });
    dialog.close();
  }

  // Before save.js hears of it, so that one request says both.
  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-save-row]") && event.target.closest(".score-grid")) settle(event.target);
  }, true);

  document.addEventListener("keydown", (event) => {
    const opener = document.querySelector("[data-dialog=hand-in]");
    if (!opener || event.key !== "Enter" || !event.ctrlKey || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    opener.click();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (link) {
      event.preventDefault();
      goTo(link);
    } else if (event.target.closest("[data-dialog=hand-in]")) {
      evalsys.flushAll();
    }
  });
})(window.evalsys);
