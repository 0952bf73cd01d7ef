// Twelve keys, built once for dialing and once for a call in progress.

const KEYS = [..."123456789*0#"];
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ" };

export function wireKeypad(container, onKey) {
  container.replaceChildren(...KEYS.map((key) => keyButton(key, onKey)));
}

/** Keys of the keyboard, unless something is being written. */
export function wireKeyboard(onKey) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea")) return;
    if (KEYS.includes(event.key)) onKey(event.key);
  });
}

function keyButton(key, onKey) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "key";
  button.dataset.key = key;
  button.setAttribute("aria-label", key);
  button.append(part("key-sign", key === "*" ? "∗" : key), part("key-letters", LETTERS[key] ?? ""));
  button.addEventListener("click", () => onKey(key));
  return button;
}

function part(name, text) {
  const node = document.createElement("span");
  node.className = name;
  node.textContent = text;
  return node;
}
