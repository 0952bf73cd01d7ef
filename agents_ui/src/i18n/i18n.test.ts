import { describe, expect, it } from "vitest";
import { HotlineError } from "@/api/errors";
import { LOCALES, textIn, type Locale } from ".";
import { errorText } from "./errorText";
import { formatsIn } from "./format";

const locales = Object.keys(LOCALES) as Locale[];

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, `${path}.${key}`));
}

/** Functions are spoken with sample words, so that their text is checked too. */
function said(value: unknown): string {
  return typeof value === "function"
    ? String(value.length === 1 && /join/.test(String(value)) ? value(["x"]) : value("3", "4"))
    : String(value);
}

describe("the languages", () => {
  it("say the same things", () => {
    const [first, ...others] = locales.map((locale) =>
      leaves(textIn(locale))
        .map(([path]) => path)
        .sort(),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it.each(locales)("have no empty word in %s", (locale) => {
    for (const [path, value] of leaves(textIn(locale)))
      expect(said(value).trim(), path).not.toBe("");
  });

  it("have no Chinese left in English but what is quoted from callers", () => {
    const quoted = new Set([
      ".directory.searchHint",
      ".directory.tryIt.placeholder",
      ".tickets.form.subjectPlaceholder",
    ]);
    const left = leaves(textIn("en")).filter(
      ([path, value]) => !quoted.has(path) && /\p{Script=Han}/u.test(said(value)),
    );
    expect(left.map(([path]) => path)).toEqual([]);
  });
});

describe("a refusal", () => {
  it("is told by its code, in the language of the console", () => {
    const error = new HotlineError(409, "stale_version", "内容已被他人更新");
    expect(errorText(error, "en")).toContain("newest");
    expect(errorText(error, "zh-CN")).toContain("最新");
  });

  it("with a code that is not known yet is told by the service's own sentence", () => {
    expect(errorText(new HotlineError(409, "brand_new", "新的原因。"), "en")).toBe("新的原因。");
  });

  it("that is a fault carries the reference for whoever looks into it", () => {
    expect(errorText(new HotlineError(500, "internal_error", "", {}, "r-77"), "en")).toContain(
      "r-77",
    );
  });
});

describe("times", () => {
  const zh = formatsIn("zh-CN");

  it("are those of the city, wherever the browser is", () => {
    expect(zh.time("2026-11-25T16:05:09Z")).toBe("00:05:09");
  });

  it("are formatted by what was made once for a language", () => {
    expect(formatsIn("zh-CN")).toBe(zh);
    expect(formatsIn("en").time("2026-11-25T16:05:09Z")).not.toBe("");
    expect(formatsIn("en")).not.toBe(zh);
  });

  it.each([
    [59_000, "1 分"],
    [90 * 60_000, "1 时"],
    [26 * 3_600_000, "1 天 2 时"],
    [48 * 3_600_000, "2 天"],
  ])("left of %i ms read %s", (ms, shown) => {
    expect(zh.span(ms)).toBe(shown);
  });
});
