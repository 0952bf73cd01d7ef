import { expect, it } from "vitest";
import { emptyDraft, isSendable, wantedOf } from "./reportDraft";

it("needs a name, proper addresses, and somebody where it is mailed", () => {
  const draft = { ...emptyDraft(), name: "日报" };
  expect(isSendable(draft)).toBe(false);
  expect(isSendable({ ...draft, every: "" })).toBe(true);
  expect(isSendable({ ...draft, recipients: "a@b.example，nobody" })).toBe(false);
  expect(isSendable({ ...draft, recipients: "a@b.example；c@d.example" })).toBe(true);
});

it("is mailed in the language that was chosen", () => {
  const draft = emptyDraft("en");
  expect(wantedOf(draft).question).toMatchObject({ language: "en" });
  expect(wantedOf({ ...draft, language: "zh-CN" }).question).toMatchObject({ language: "zh-CN" });
});

it("is kept as the service wants it", () => {
  const wanted = wantedOf({
    ...emptyDraft(),
    name: " 日报 ",
    every: "",
    recipients: "a@b.example",
  });
  expect(wanted).toMatchObject({ name: "日报", every: null, recipients: ["a@b.example"] });
});
