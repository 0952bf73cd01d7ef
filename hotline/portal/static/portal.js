// Suggestions under the search box, work instead of a question, where the device is; all works
// without this file.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  attach(form);
}
if (globalThis.crypto?.subtle) {
  for (const gate of document.querySelectorAll("[data-gate]")) work(gate);
}
for (const form of document.querySelectorAll("form[data-near]")) locate(form);
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/service-worker.js").catch(() => undefined);
}

function attach(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.heading);
  list.hidden = true;
  input.closest(".search-row").append(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) {
    input.setAttribute(name, value);
  }

  let chosen = -1;
  let asked = 0;
  let waiting = 0;

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(items) {
    list.replaceChildren(...items.map(option));
    chosen = -1;
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  function option(item, number) {
    const line = document.createElement("li");
    line.id = `${list.id}-${number}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.lang = "zh-CN";
    line.textContent = item.name;
    line.dataset.href = item.href;
    return line;
  }

  function choose(number) {
    const options = [...list.children];
    chosen = (number + options.length) % options.length;
    options.forEach((line, place) => line.setAttribute("aria-selected", String(place === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const text = input.value.trim();
    const mine = ++asked;
    if (!text) {
      close();
      return;
    }
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
      const { items } = await answer.json();
      if (mine === asked && document.activeElement === input) show(items);
    } catch {
      close();
    }
  }

  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(ask, 120);
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const line = event.target.closest("[data-href]");
    if (line) location.assign(line.dataset.href);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? chosen + 1 : Math.max(chosen, 0) - 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.href);
    }
  });
}

// Where the device is goes into the form only when somebody asks for it.
function locate(form) {
  const part = form.querySelector("[data-locate]");
  if (!("geolocation" in navigator) || !globalThis.isSecureContext) return;
  part.hidden = false;
  const status = part.querySelector("[role=status]");
  const found = ({ coords }) => {
    form.elements.lat.value = coords.latitude.toFixed(4);
    form.elements.lon.value = coords.longitude.toFixed(4);
    form.submit();
  };
  const failed = () => {
    status.textContent = form.dataset.failed;
  };
  part.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(found, failed, { timeout: 10000, maximumAge: 60000 });
  });
}

// A number that makes the digest begin with so many zeros; who sends before it is there waits.
async function work(gate) {
  const form = gate.closest("form");
  const status = gate.querySelector("[role=status]");
  const question = gate.querySelector("[data-question]");
  let sender = null;
  const wait = (event) => {
    if (question.querySelector("input").value.trim()) return;
    event.preventDefault();
    sender = event.submitter ?? form.querySelector("button");
  };
  form.addEventListener("submit", wait);
  status.hidden = false;
  status.textContent = status.dataset.working;
  form.elements.gate_work.value = await found(gate.dataset.gate, Number(gate.dataset.bits));
  form.removeEventListener("submit", wait);
  question.hidden = true;
  status.textContent = status.dataset.done;
  if (sender) form.requestSubmit(sender);
}

async function found(token, bits) {
  const encoder = new TextEncoder();
  const zeros = async (number) => {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${token}:${number}`));
    return new DataView(digest).getUint32(0) >>> (32 - bits) === 0;
  };
  for (let first = 0; ; first += 64) {
    const tried = Array.from({ length: 64 }, (_, step) => first + step);
    const hit = (await Promise.all(tried.map(zeros))).indexOf(true);
    if (hit >= 0) return String(first + hit);
  }
}
