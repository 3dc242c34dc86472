/* evalsys: what every script of ours needs. One global object, `evalsys`, carries the modules; nothing else leaks.
 *
 *   evalsys.mount(selector, init)  init(element) once per element: those of the page, and those htmx brings later
 *   evalsys.announce(text)         says it to screen readers through the page's polite live region
 *   evalsys.meta(name)             content of a <meta>; csrf-token is refreshed by save.js after a new sign-in
 *   evalsys.fromTemplate(id)       the first element of a <template>, cloned
 *   evalsys.place(scope, panel)    puts a panel or words at the top of a form, or below a row; returns what to remove later
 *   evalsys.paint(fragments)       { "#id": html } of the server into the page; never under the field being typed in
 *   evalsys.typed(element)         tells other scripts that a script changed a field, as if somebody had typed
 *
 * Attributes: data-autogrow on a textarea makes it as high as its text; a click into the empty part of a
 * td.fill focuses its field; form[data-once] can be submitted once.
 */
"use strict";

window.evalsys = (function () {
  const mounts = [];

  function run(entry, root) {
    const found = [...root.querySelectorAll(entry.selector)];
    if (root.matches && root.matches(entry.selector)) found.unshift(root);
    for (const element of found) {
      if (entry.seen.has(element)) continue;
      entry.seen.add(element);
      entry.init(element);
    }
  }

  function mount(selector, init) {
    const entry = { selector, init, seen: new WeakSet() };
    mounts.push(entry);
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => run(entry, document));
    } else {
      run(entry, document);
    }
  }

  function remount(root) {
    for (const entry of mounts) run(entry, root);
  }

  function metaElement(name) {
    return document.querySelector(`meta[name="${name}"]`);
  }

  function meta(name) {
    const element = metaElement(name);
    return element ? element.content : "";
  }

  function announce(text) {
    const region = document.querySelector("[data-announce]");
    if (region) region.textContent = text;
  }

  function fromTemplate(id) {
    return document.getElementById(id).content.firstElementChild.cloneNode(true);
  }

  function place(scope, panel) {
    if (scope.tagName !== "TR") {
      scope.prepend(panel);
      return panel;
    }
    const row = document.createElement("tr");
    const cell = row.insertCell();
    cell.colSpan = [...scope.cells].reduce((sum, each) => sum + each.colSpan, 0);
    cell.className = "wide";
    cell.append(panel);
    scope.after(row);
    return row;
  }

  function paint(fragments) {
    for (const [selector, html] of Object.entries(fragments)) {
      const target = document.querySelector(selector);
      if (!target || target.innerHTML === html) continue;
      if (target.contains(document.activeElement) && document.activeElement.name) continue;
      target.innerHTML = html;
      remount(target);
    }
  }

  function typed(element) {
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function grow(area) {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  }

  mount("textarea[data-autogrow]", (area) => {
    area.addEventListener("input", () => grow(area));
    grow(area);
  });
  window.addEventListener("resize", () => document.querySelectorAll("textarea[data-autogrow]").forEach(grow));

  mount("form[data-once]", (form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent && !event.defaultPrevented) event.preventDefault();
      else if (!event.defaultPrevented) form.dataset.sent = "1";
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  document.addEventListener("click", (event) => {
    if (!event.target.matches || !event.target.matches("td.fill")) return;
    const field = event.target.querySelector("input, select, textarea");
    if (field) field.focus();
  });

  document.addEventListener("htmx:load", (event) => remount(event.detail.elt));
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = meta("csrf-token");
  });

  return { mount, remount, meta, metaElement, announce, fromTemplate, place, paint, typed };
})();
