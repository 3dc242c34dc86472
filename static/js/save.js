/* Saver: saves one scope (a form or a row) by the protocol of docs/pages.md, again and again, losing nothing.
 *
 *   new evalsys.Saver(scope)   form[data-autosave="key"] or [data-save-row="url"], with a field "version"
 *   saver.flush()              saves now; the promise ends when nothing more can be sent
 *   saver.isDirty()            something on the page is not stored
 *   saver.base                 { name: value } as last stored
 *   evalsys.saverOf(element)   the Saver in whose scope an element stands
 *
 * Event evalsys:state bubbles from the scope with detail { state }: clean dirty saving saved refused conflict offline login stopped.
 */
"use strict";

(function (evalsys) {
  const { fields, drafts, same } = evalsys;
  const DEBOUNCE_MS = 800;
  const LONGEST_RETRY_S = 30;
  const WAITING = ["conflict", "login"];
  const savers = new WeakMap();

  class Saver {
    constructor(scope) {
      this.scope = scope;
      this.url = scope.dataset.saveRow || scope.getAttribute("action") || location.href;
      this.key = scope.dataset.autosave || `${this.url}#${scope.id}`;
      this.base = fields.read(scope);
      this.refused = {};
      this.attempts = 0;
      this.sending = null;
      this.state = "clean";
      savers.set(scope, this);
      scope.addEventListener("input", () => this.changed(DEBOUNCE_MS));
      scope.addEventListener("change", () => this.changed(0));
      drafts.recall(this);
    }

    isDirty() { return this.unsaved().length > 0; }
    unsaved(now = fields.read(this.scope)) {
      return Object.keys(now).filter((name) => !same(now[name], this.base[name]));
    }

    unsent() {
      const now = fields.read(this.scope);
      return this.unsaved(now).filter((name) => !(name in this.refused && same(this.refused[name], now[name])));
    }

    changed(delay) {
      drafts.stash(this);
      if (this.sending || WAITING.includes(this.state)) return;
      if (!this.unsent().length) this.settle();
      else if (this.state === "offline" && delay) return;
      else this.soon("dirty", delay);
    }

    soon(state, delay) {
      clearTimeout(this.timer);
      this.show(state);
      this.timer = setTimeout(() => this.flush(), delay);
    }

    async flush() {
      clearTimeout(this.timer);
      while (this.sending) await this.sending;
      if (WAITING.includes(this.state) || !this.scope.isConnected || !this.unsent().length) return;
      this.sending = this.send();
      await this.sending;
    }

    async send() {
      this.show("saving");
      const [body, sent] = [this.body(), fields.read(this.scope)];
      const { kind, data } = await evalsys.post(this.url, body);
      this.sending = null;
      this[kind](data, sent);
    }

    body() {
      const body = new FormData();
      for (const field of fields.of(this.scope)) {
        if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
        body.append(field.name, fields.text(field));
      }
      body.append("version", this.version());
      return body;
    }

    versionField() { return this.scope.querySelector("input[name=version]"); }
    version() { return this.versionField() ? this.versionField().value : this.scope.dataset.version || ""; }
    setVersion(version) {
      if (this.versionField()) this.versionField().value = version;
      else this.scope.dataset.version = version;
    }

    saved(data, sent) {
      const errors = data.errors || {};
      this.attempts = 0;
      this.refused = {};
      this.setVersion(data.version);
      for (const name of Object.keys(this.base)) if (!(name in sent)) delete this.base[name];
      for (const name of Object.keys(sent)) (errors[name] ? this.refused : this.base)[name] = sent[name];
      const now = fields.read(this.scope);
      for (const [name, value] of Object.entries(data.values || {})) {
        this.base[name] = String(value);
        if (same(now[name], sent[name])) fields.write(this.scope, name, value);
      }
      fields.errors(this.scope, errors);
      this.general = errors.__all__ || [];
      this.savedAt = data.saved_at;
      evalsys.paint(data.fragments || {});
      this.settle();
    }

    conflict(data, sent) { evalsys.paint(data.fragments || {}); evalsys.reconcile(this, data, sent); }

    take(name, value) {
      fields.write(this.scope, name, value);
      this.base[name] = value;
      for (const field of fields.named(this.scope, name)) field.classList.add("is-merged");
    }

    offline() {
      this.show("offline");
      this.timer = setTimeout(() => this.flush(), Math.min(LONGEST_RETRY_S, 2 ** this.attempts) * 1000);
      this.attempts += 1;
    }

    login() { this.show("login"); }
    stopped(data) {
      this.message = data.message;
      this.refused = fields.read(this.scope);
      this.show("stopped");
    }

    settle() {
      drafts.stash(this);
      if (this.unsent().length) this.soon("dirty", 0);
      else if (this.state === "stopped" && this.isDirty()) this.show("stopped");
      else if (this.isDirty() || (this.general || []).length) this.show("refused");
      else this.show(this.savedAt === undefined ? "clean" : "saved");
    }

    show(state) {
      this.state = state;
      this.scope.dataset.state = state;
      this.scope.dispatchEvent(new CustomEvent("evalsys:state", { bubbles: true, detail: { state } }));
    }
  }

  evalsys.Saver = Saver;
  evalsys.saverOf = (element) => savers.get(element.closest("form[data-autosave], [data-save-row]"));
})(window.evalsys);
