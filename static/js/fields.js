/* The fields of a scope (a form, or one row of a table) as plain text: { name: value }.
 *
 *   evalsys.fields.of(scope)             its named, enabled fields; files, passwords, buttons, the token and the version left out
 *   evalsys.fields.read(scope)           { name: value }; a box that is not ticked reads "", several ticks are joined by \n
 *   evalsys.fields.text(field)           the value of one field as the server stores it
 *   evalsys.fields.replace(field, { start, end, found, text })
 *                                        puts text in place of found, counted in characters of the stored value, as if
 *                                        somebody had typed; false when something else stands there by now
 *   evalsys.fields.write(scope, n, v)    puts a value in without an input event
 *   evalsys.fields.label(scope, n)       the words that name the field for a person
 *   evalsys.fields.shown(scope, n, v)    a value as a person sees it in the field; ticks by their labels
 *   evalsys.fields.translate(field, t)   a field that shows its value otherwise: t.read(), t.write(v), t.show(v), t.replace(…)
 *   evalsys.fields.errors(scope, errors) shows { name: [text] } below the fields and clears the others
 */
"use strict";

(function (evalsys) {
  const SKIPPED_TYPES = ["file", "password", "submit", "button", "reset", "image"];
  const SKIPPED_NAMES = ["csrfmiddlewaretoken", "version"];
  const translators = new WeakMap();

  function of(scope) {
    return [...scope.querySelectorAll("input[name], select[name], textarea[name]")].filter(
      (field) => !field.disabled && !SKIPPED_TYPES.includes(field.type) && !SKIPPED_NAMES.includes(field.name),
    );
  }

  function named(scope, name) {
    return of(scope).filter((field) => field.name === name);
  }

  const isTick = (field) => field.type === "checkbox" || field.type === "radio";

  const translate = (field, translator) => translators.set(field, translator);
  const text = (field) => (translators.has(field) ? translators.get(field).read() : field.value);

  function put(field, value) {
    if (translators.has(field)) translators.get(field).write(value);
    else field.value = value;
  }

  /** The server counts characters, the browser halves of rare ones. */
  const halves = (value, count) => [...value].slice(0, count).join("").length;

  function replace(field, { start, end, found, text: words }) {
    const value = text(field);
    const [from, to] = [halves(value, start), halves(value, end)];
    if (value.slice(from, to) !== found) return false;
    if (translators.has(field)) return translators.get(field).replace(from, to, words);
    field.setRangeText(words, from, to, "end");
    evalsys.typed(field);
    return true;
  }

  function shown(scope, name, value) {
    const own = named(scope, name);
    if (own[0] && translators.has(own[0])) return translators.get(own[0]).show(value);
    const ticks = own.filter(isTick);
    if (!ticks.length) return value;
    const chosen = value.split("\n");
    return ticks.filter((tick) => chosen.includes(tick.value)).map((tick) => tick.labels[0].textContent.trim()).join("、");
  }

  function read(scope) {
    const values = {};
    for (const field of of(scope)) {
      const value = isTick(field) && !field.checked ? "" : text(field);
      const before = values[field.name];
      values[field.name] = before && value ? `${before}\n${value}` : before || value;
    }
    return values;
  }

  function write(scope, name, value) {
    const words = value === null || value === undefined ? "" : String(value);
    for (const field of named(scope, name)) {
      if (isTick(field)) field.checked = words.split("\n").includes(field.value);
      else put(field, words);
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

  evalsys.fields = { of, named, read, write, text, replace, shown, translate, label, errors };
})(window.evalsys);
