// Answers given without a network wait on this device, one entry each, until the server has acknowledged them.
"use strict";

(() => {
  const place = document.getElementById("offline");
  const form = document.getElementById("answers");
  const said = place.dataset;
  const prefix = `imppulse-unsent:${said.token}:`;
  const draftKey = `imppulse-draft:${said.token}`;
  const status = document.getElementById("unsent");
  const received = document.getElementById("received");
  const problem = document.getElementById("problem");
  const tools = document.getElementById("unsent-tools");

  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  const identifier = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function answers() {
    const given = {};
    for (const input of form.querySelectorAll("input:checked:enabled")) given[input.name] = input.value;
    return given;
  }

  function showConditions() {
    for (const set of form.querySelectorAll("fieldset[data-item]")) {
      const asked = form.querySelector(`input[name="q-${set.dataset.item}"]:checked:enabled`);
      set.disabled = set.hidden = !asked || asked.value !== set.dataset.value;
    }
  }

  function showUnsent() {
    const waiting = keys().length;
    status.textContent = waiting ? said.waiting.replace("{count}", waiting) : said.none;
    tools.hidden = waiting === 0;
  }

  function showReceived(code) {
    const line = document.createElement("li");
    line.append(said.received, " ");
    const written = document.createElement("strong");
    written.textContent = code;
    line.append(written);
    received.append(line);
  }

  async function sendOne(key) {
    const answer = await fetch(said.address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: localStorage.getItem(key),
    });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(answer.statusText);
    const told = await answer.json();
    if (answer.ok) {
      localStorage.removeItem(key);
      showReceived(told.code);
    } else {
      problem.textContent = told.sentence;
    }
  }

  let sending = false;
  async function send() {
    if (sending || keys().length === 0) return;
    sending = true;
    problem.textContent = "";
    try {
      for (const key of keys()) await sendOne(key);
    } catch {
      problem.textContent = said.unreachable;
    }
    sending = false;
    showUnsent();
  }

  function keep(event) {
    event.preventDefault();
    const id = identifier();
    localStorage.setItem(prefix + id, JSON.stringify({ id, answers: answers() }));
    localStorage.removeItem(draftKey);
    form.reset();
    showConditions();
    showUnsent();
    status.parentElement.focus();
    send();
  }

  function saveToFile() {
    const waiting = keys().map((key) => JSON.parse(localStorage.getItem(key)));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(waiting, null, 1)], { type: "application/json" }));
    link.download = said.file;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function deleteUnsent() {
    if (!window.confirm(said.confirm)) return;
    for (const key of keys()) localStorage.removeItem(key);
    showUnsent();
  }

  function restoreDraft() {
    const given = JSON.parse(localStorage.getItem(draftKey) ?? "{}");
    for (const input of form.querySelectorAll("input[type=radio]")) input.checked = given[input.name] === input.value;
  }

  async function keepPage() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(said.worker);
    const kept = await caches.open("imppulse-offline");
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((part) => part.href || part.src);
    await kept.addAll([location.pathname, ...parts]);
    document.getElementById("kept").hidden = false;
  }

  form.addEventListener("submit", keep);
  form.addEventListener("change", () => {
    showConditions();
    localStorage.setItem(draftKey, JSON.stringify(answers()));
  });
  document.getElementById("send").addEventListener("click", send);
  document.getElementById("save").addEventListener("click", saveToFile);
  document.getElementById("delete").addEventListener("click", deleteUnsent);
  window.addEventListener("online", send);
  place.hidden = false;
  restoreDraft();
  showConditions();
  showUnsent();
  keepPage();
  send();
})();
