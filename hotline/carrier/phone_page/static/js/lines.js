// "Other phones": how the numbers behave that the hotline may dial.
import { isAddress, nameOf } from "./addresses.js";
import { setRing } from "./api.js";
import { onLanguage, t } from "./i18n.js";
import { ANSWERS, OTHER_LINES } from "./samples.js";
import { recall, remember } from "./storage.js";

const MEMORY = "phone.lines";
const $ = (id) => document.getElementById(id);

/** What this browser set; the carrier keeps it until it is set again. */
const plans = recall(sessionStorage, MEMORY) ?? {};

export function wireOtherLines() {
  draw();
  onLanguage(draw);
  $("other-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const address = $("other-number").value.trim();
    if (!isAddress(address)) return report(t("other.bad"), true);
    set(address, $("other-answer").value).then((isSet) => {
      if (isSet) $("other-number").value = "";
    });
  });
}

function draw() {
  const extra = Object.keys(plans).filter((address) => !OTHER_LINES.includes(address));
  $("other-lines").replaceChildren(...[...OTHER_LINES, ...extra].map(row));
  const wanted = $("other-answer").value || ANSWERS[0];
  $("other-answer").replaceChildren(...ANSWERS.map((answer) => option(answer, wanted)));
  report("", false);
}

function row(address) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const select = document.createElement("select");
  const name = document.createElement("span");
  name.textContent = /^(client|sips?):/i.test(address) ? address.replace(/^\w+:/, "") : nameOf(address);
  label.append(name, select);
  const plan = plans[address] ?? "unset";
  if (plan === "unset") select.append(option("unset", plan));
  select.append(...ANSWERS.map((answer) => option(answer, plan)));
  select.addEventListener("change", () => set(address, select.value));
  item.append(label);
  return item;
}

function option(answer, chosen) {
  return new Option(t(`answer.${answer}`), answer, answer === chosen, answer === chosen);
}

async function set(address, answer) {
  try {
    await setRing(address, answer);
  } catch (problem) {
    draw();
    report(t(`problem.${problem.kind ?? "server"}`), true);
    return false;
  }
  const isNew = !(address in plans) && !OTHER_LINES.includes(address);
  plans[address] = answer;
  remember(sessionStorage, MEMORY, plans);
  if (isNew) draw();
  report(t("other.saved", { who: nameOf(address), answer: t(`answer.${answer}`) }), false);
  return true;
}

function report(text, isProblem) {
  $("other-result").textContent = text;
  $("other-result").dataset.problem = isProblem;
}
