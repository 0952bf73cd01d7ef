import { expect, it } from "vitest";
import { textIn } from "@/i18n";
import { saidHours } from "./hours";

it.each([
  ["24/7", "全天"],
  ["Mo-Fr 08:30-12:00,14:30-18:00", "周一至周五 08:30–12:00、14:30–18:00"],
  ["Mo-Fr 08:30-12:00; Sa 09:30-12:00", "周一至周五 08:30–12:00；周六 09:30–12:00"],
  ["Mo-Su 08:00-20:00", "每天 08:00–20:00"],
  ["Mo,We 09:00-10:00; PH off", "周一、周三 09:00–10:00；节假日 休息"],
  ["Jan 1-Feb 2 Mo[1] 08:00+", "Jan 1-Feb 2 Mo[1] 08:00+"],
])("%s is said as %s", (hours, said) => {
  expect(saidHours(hours, textIn("zh-CN").words.hours)).toBe(said);
});
