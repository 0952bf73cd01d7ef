import type { Messages } from "@/i18n";

const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const DAY = `(?:${DAYS.join("|")}|PH)`;
const SPAN = "\\d\\d:\\d\\d-\\d\\d:\\d\\d";
const RULE = new RegExp(`^(?:(${DAY}(?:[-,]${DAY})*) )?(off|closed|${SPAN}(?:,${SPAN})*)$`);

type Words = Messages["words"]["hours"];

/** Opening hours as people say them; what is too intricate to say stays as it was written. */
export function saidHours(hours: string, words: Words): string {
  if (hours.trim() === "24/7") return words.always;
  const rules = hours.split(";").map((rule) => saidRule(rule.trim(), words));
  return rules.includes(null) ? hours : rules.join(words.rule);
}

function saidRule(rule: string, words: Words): string | null {
  const found = RULE.exec(rule);
  if (!found) return null;
  const [, days, times = ""] = found;
  const isOff = times === "off" || times === "closed";
  const said = isOff ? words.closed : times.replaceAll("-", "–").replaceAll(",", words.time);
  return days ? `${saidDays(days, words)} ${said}` : said;
}

function saidDays(days: string, words: Words): string {
  if (days === "Mo-Su") return words.daily;
  const parts = days.split(",").map((part) =>
    part
      .split("-")
      .map((day) => nameOf(day, words))
      .join(words.to),
  );
  return parts.join(words.time);
}

function nameOf(day: string, words: Words): string {
  return day === "PH" ? words.holiday : (words.days.split(" ")[DAYS.indexOf(day)] ?? day);
}
