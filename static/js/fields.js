/* The fields of a scope (a form, or one row of a table) as plain text: { name: value }.
 *
 *   evalsys.fields.of(scope)             its named, enabled fields; files, passwords, buttons, the token and the version left out
 *   evalsys.fields.read(scope)           { name: value }; a box that is not ticked reads "", several ticks are joined by \n
 *   evalsys.fields.write(scope, n, v)    puts a value in without an input event
 *   evalsys.fields.label(scope, n)       the words that name the field for a person
 *   evalsys.fields.words(scope, n, v)    a value as a person reads it: ticks by their labels
 *   evalsys.fields.errors(scope, errors) shows { name: [text] } below the fields and clears the others
 */
"use strict";

(function (evalsys) {
  const SKIPPED_TYPES = ["file", "password", "submit", "button", "reset", "image"];
  const SKIPPED_NAMES = ["csrfmiddlewaretoken", "version"];

  function of(scope) {
    return [...scope.querySelectorAll("input[name], select[name], textarea[name]")].filter(
      (field) => !field.disabled && !SKIPPED_TYPES.includes(field.type) && !SKIPPED_NAMES.includes(field.name),
    );
  }

  function named(scope, name) {
    return of(scope).filter((field) => field.name === name);
  }

  const isTick = (field) => field.type === "checkbox" || field.type === "radio";

  function read(scope) {
    const values = {};
    for (const field of of(scope)) {
      const value = isTick(field) && !field.checked ? "" : field.value;
      const before = values[field.name];
      values[field.name] = before && value ? `${before}\n${value}` : before || value;
    }
    return values;
  }

  function write(scope, name, value) {
    const text = value === null || value === undefined ? "" : String(value);
    for (const field of named(scope, name)) {
      if (isTick(field)) field.checked = text.split("\n").includes(field.value);
      else field.value = text;
    }
  }

  function groupWords(field) {
    const group = field.closest("fieldset, [role=radiogroup]");
    const legend = group && (group.querySelector("legend") || document.getElementById(group.getAttribute("aria-labelledby")));
    return legend ? legend.textContent : "";
  }

  function rowWords(field) {
    const row = field.closest("[data-row]");
    return row ? `第 ${[...row.parentElement.querySelectorAll("[data-row]")].indexOf(row) + 1} 行 ` : "";
  }

  function label(scope, name) {
    const field = named(scope, name)[0];
    if (!field) return name;
    const words = field.dataset.label || (isTick(field) && groupWords(field)) || field.getAttribute("aria-label")
      || (field.labels && field.labels[0] && field.labels[0].textContent) || name;
    return rowWords(field) + words.trim();
  }

  function words(scope, name, value) {
    const ticks = named(scope, name).filter(isTick);
    if (!ticks.length) return value;
    const chosen = value.split("\n");
    return ticks.filter((tick) => chosen.includes(tick.value)).map((tick) => tick.labels[0].textContent.trim()).join("、");
  }

  function slotFor(scope, field) {
    const existing = [...scope.querySelectorAll("[data-error-for]")].find((slot) => slot.dataset.errorFor === field.name);
    if (existing) return existing;
    const slot = document.createElement("p");
    slot.className = "cell-error";
    slot.dataset.errorFor = field.name;
    slot.id = `${field.id || `field-${field.name}`}_error`;
    ((isTick(field) && field.closest("fieldset, [role=radiogroup]")) || field).after(slot);
    return slot;
  }

  function errors(scope, found) {
    for (const field of of(scope)) {
      const texts = found[field.name] || [];
      if (!texts.length && field.getAttribute("aria-invalid") !== "true") continue;
      const slot = slotFor(scope, field);
      slot.textContent = texts.join(" ");
      if (texts.length) {
        field.setAttribute("aria-invalid", "true");
        const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== slot.id);
        field.setAttribute("aria-describedby", [...others, slot.id].join(" "));
      } else {
        field.removeAttribute("aria-invalid");
      }
    }
  }

  evalsys.fields = { of, named, read, write, label, words, errors };
})(window.evalsys);
