import { expect, it } from "vitest";
import { makeTicket } from "@/testing";
import { amendmentOf, patchOf } from "./amendment";

const ticket = makeTicket();

it("says nothing about what stays", () => {
  expect(patchOf(ticket, amendmentOf(ticket))).toEqual({});
});

it("carries what was changed, and empties what was emptied", () => {
  const wanted = {
    ...amendmentOf(ticket),
    title: " 楼道暖气不热 ",
    district: "",
    address: "滨河小区3号楼",
  };
  expect(patchOf(ticket, wanted)).toEqual({
    title: "楼道暖气不热",
    district: null,
    address: "滨河小区3号楼",
  });
});
