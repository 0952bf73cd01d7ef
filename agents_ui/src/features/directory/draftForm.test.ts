import { describe, expect, it } from "vitest";
import { contentOf, formOf } from "./draftForm";

const CONTENT = {
  id: "svc-1",
  name: "公租房申请",
  aliases: ["想租公租房", "公租房咋申请"],
  tier: "district",
  districts: ["乌达区"],
  organization_id: null,
  hours: null,
};

describe("the form of a draft", () => {
  it("gives back what it was filled with", () => {
    const again = contentOf(formOf(CONTENT));
    expect(again.aliases).toEqual(CONTENT.aliases);
    expect(again.districts).toEqual(["乌达区"]);
    expect(again.organization_id).toBeNull();
    expect(again.hours).toBeNull();
    expect(again.fee).toBe("");
  });

  it("takes a line for an item and drops blank ones", () => {
    const form = { ...formOf(CONTENT), documents: " 身份证 \n\n户口簿\n" };
    expect(contentOf(form).documents).toEqual(["身份证", "户口簿"]);
  });

  it("leaves the districts out of what the city does", () => {
    expect(contentOf({ ...formOf(CONTENT), tier: "city" }).districts).toEqual([]);
  });
});
