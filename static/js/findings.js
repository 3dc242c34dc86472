/* What the checks found, beside the fields it is about, while somebody writes.
 *
 *   [data-findings="URL"]   the summary; asks URL at first and 1.2 s after each save. The answer is
 *                           { summary: html, notes: { "id of a field": html } }
 *   button[data-correct]    puts data-text where data-found stands in the field data-correct, from data-start to data-end,
 *                           or in place of the whole; says so when the field has changed meanwhile
 *   F8, Shift+F8            the next, the previous field with a finding
 */
"use strict";

(function (evalsys) {
  const WAIT_MS = 1200;
  let host = null;
  let timer = 0;
  let asked = 0;

  const fieldsWithNotes = () => [...document.querySelectorAll("[data-has-findings]")];

  function clear() {
    document.querySelectorAll(".finding-notes").forEach((notes) => notes.remove());
    for (const field of fieldsWithNotes()) {
      const others = (field.getAttribute("aria-describedby") || "").split(" ");
      const left = others.filter((id) => id && !id.endsWith("_findings")).join(" ");
      if (left) field.setAttribute("aria-describedby", left);
      else field.removeAttribute("aria-describedby");
      delete field.dataset.hasFindings;
    }
  }

  function note(id, html) {
    const field = document.getElementById(id);
    if (!field) return;
    const target = field.querySelector("input") || field;
    const notes = document.createElement("div");
    notes.className = "finding-notes";
    notes.id = `${id}_findings`;
    notes.innerHTML = html;
    const scope = target.closest("td, .field, form, th");
    const error = scope && scope.querySelector(`[data-error-for="${CSS.escape(target.name)}"]`);
    (error || target).after(notes);
    target.dataset.hasFindings = "1";
    const others = target.getAttribute("aria-describedby");
    target.setAttribute("aria-describedby", others ? `${others} ${notes.id}` : notes.id);
  }

  function paint({ summary, notes }) {
    evalsys.paint({ [`#${host.id}`]: summary });
    clear();
    for (const [id, html] of Object.entries(notes)) note(id, html);
  }

  async function ask() {
    asked += 1;
    const ticket = asked;
    try {
      const answer = await fetch(host.dataset.findings, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
      if (answer.ok && ticket === asked) paint(await answer.json());
    } catch {
      // No network or no session: what was found last stays; the save state tells of the trouble.
    }
  }

  function step(back) {
    const fields = fieldsWithNotes();
    if (!fields.length) return;
    const at = fields.indexOf(document.activeElement);
    const next = at < 0 ? 0 : (at + (back ? fields.length - 1 : 1)) % fields.length;
    fields[next].focus();
    fields[next].scrollIntoView({ block: "center" });
  }

  function correct(button) {
    const field = document.getElementById(button.dataset.correct);
    const { found, text, start, end } = button.dataset;
    const whole = evalsys.fields.text(field);
    const span = start === undefined ? { start: 0, end: [...whole].length, found: whole } : { start: Number(start), end: Number(end), found };
    const done = evalsys.fields.replace(field, { ...span, text });
    evalsys.announce(done ? `已改为 ${text}` : "这段文字刚刚改过，请保存后再试。");
    field.focus();
  }

  evalsys.mount("[data-findings]", (element) => {
    host = element;
    ask();
  });

  document.addEventListener("evalsys:state", (event) => {
    if (!host || event.detail.state !== "saved") return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-correct]");
    if (button) correct(button);
    if (event.target.closest("[data-next-finding]")) step(false);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || !host) return;
    event.preventDefault();
    step(event.shiftKey);
  });
})(window.evalsys);
