// The screen of a phone at rest: number, caller, keypad, the green button.
import { bareNumber, dialled, grouped, HOTLINE, international, isNumber, masked } from "./addresses.js";
import * as ear from "./ear.js";
import { onLanguage, t } from "./i18n.js";
import { wireKeypad } from "./keypad.js";
import { CALLERS } from "./samples.js";

const LONGEST = 20;
const $ = (id) => document.getElementById(id);

/** `onDial({from, to, callerId, callerMasked})` may reject; its problem is shown here. */
export function createDialer({ onDial }) {
  const number = $("number");
  number.value = HOTLINE;
  fillCallers();
  onLanguage(() => (fillCallers(), describe()));
  wireKeypad($("dial-keys"), type);
  number.addEventListener("input", describe);
  $("caller").addEventListener("change", chooseCaller);
  $("delete").addEventListener("click", () => write(number.value.slice(0, -1)));
  $("dialer").addEventListener("submit", (event) => {
    event.preventDefault();
    dial();
  });
  describe();

  function type(key) {
    if (number.value.length >= LONGEST) return;
    ear.keyTone(key);
    write(number.value + key);
  }

  function write(text) {
    number.value = text;
    describe();
  }

  function describe() {
    const bare = bareNumber(number.value);
    $("number-name").textContent = nameOfTyped(bare);
    $("delete").hidden = !bare;
    complain("");
  }

  async function dial() {
    const caller = chosenCaller();
    const from = caller.number ?? international($("own-number").value);
    if (!isNumber(number.value)) return complain("dial.empty", number);
    if (caller.number === null && !isNumber(from)) return complain("problem.number", $("own-number"));
    complain("");
    const callerMasked = caller.number === null ? masked(from) : "";
    try {
      await onDial({ from, to: dialled(number.value), callerId: caller.id, callerMasked });
    } catch (problem) {
      complain(`problem.${problem.kind ?? "server"}`);
    }
  }

  return { dial, type };
}

function nameOfTyped(bare) {
  if (bare === HOTLINE) return t("dial.hotline");
  return bare ? t("dial.plain") : t("dial.empty");
}

function complain(key, field) {
  $("dial-problem").textContent = key ? t(key) : "";
  for (const it of [$("number"), $("own-number")]) it.setAttribute("aria-invalid", it === field);
  field?.focus();
}

function chosenCaller() {
  return CALLERS.find(({ id }) => id === $("caller").value);
}

function chooseCaller() {
  $("own-caller").hidden = chosenCaller().number !== null;
  if (!$("own-caller").hidden) $("own-number").focus();
}

function fillCallers() {
  const chosen = $("caller").value || CALLERS[0].id;
  const options = CALLERS.map(({ id, number }) => {
    const shown = number?.startsWith("+") ? ` · ${grouped(number)}` : "";
    return new Option(t(`caller.${id}`) + shown, id, id === chosen, id === chosen);
  });
  $("caller").replaceChildren(...options);
}
