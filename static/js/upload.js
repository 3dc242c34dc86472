/* form[data-upload]: says what the server would say before megabytes are sent, and that they are on their way.
 *
 *   input[type=file][data-largest="bytes"]   each file may have at most so many; data-most: all of them together
 *   button[data-busy="words"]                reads so while the form is being sent
 */
"use strict";

(function (evalsys) {
  const megabytes = (bytes) => `${Math.round(bytes / 1e5) / 10} MB`;

  function problem(input) {
    const files = [...input.files];
    const large = files.find((file) => file.size > Number(input.dataset.largest));
    if (large) return `「${large.name}」有 ${megabytes(large.size)}，每个最多 ${megabytes(input.dataset.largest)}。`;
    const together = files.reduce((sum, file) => sum + file.size, 0);
    if (together <= Number(input.dataset.most)) return "";
    return `选的文件合计 ${megabytes(together)}，一次最多 ${megabytes(input.dataset.most)}，请分几次上传。`;
  }

  function check(form) {
    const input = form.querySelector("input[type=file]");
    const slot = form.querySelector(`[data-error-for="${input.name}"]`);
    const found = problem(input);
    slot.textContent = found;
    if (found) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", slot.id);
    } else {
      input.removeAttribute("aria-invalid");
    }
    return found;
  }

  evalsys.mount("form[data-upload]", (form) => {
    form.querySelector("input[type=file]").addEventListener("change", () => check(form));
    form.addEventListener("submit", (event) => {
      if (check(form)) {
        event.preventDefault();
        form.querySelector("input[type=file]").focus();
        return;
      }
      const button = form.querySelector("button[data-busy]");
      if (event.defaultPrevented || !button) return;
      button.textContent = button.dataset.busy;
      evalsys.announce(button.dataset.busy);
    });
  });
})(window.evalsys);
