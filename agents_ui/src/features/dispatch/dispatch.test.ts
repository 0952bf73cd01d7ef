import { describe, expect, it } from "vitest";
import type { Expiry, OrderState, Statement, Vendor, VendorFile, WorkOrder } from "@/api/dispatch";
import { foldOrder, LIVE } from "@/records/dispatch";
import { LANES, isOverdue, lanesOf, needsNote, reasonsOf } from "./board";
import { byMonth, cityDay, toneOfDays } from "./expiry";
import { draftOfRule, ruleOf } from "./feeRules";
import { endOf, stateOfBar } from "./grades";
import { cents, yuan } from "./money";
import { stepsFor as payoutSteps } from "./payoutSteps";
import { stepsFor as reviewSteps } from "./reviewSteps";
import { reasonOf } from "./story";
import { vendorFile } from "./firm.fixture";
import { tabOf } from "./tabs";
import { totalsOf } from "./totals";
import { changesOf, draftOf, emptyDraft, problemsOf } from "./vendorForm";
import { matching, mayBeSent, mayBeSentForSome } from "./vendorList";

const NOW = Date.parse("2026-11-25T10:00:00Z");

function order(given: Partial<WorkOrder>): WorkOrder {
  return {
    id: "o1",
    state: "offered",
    urgency: "normal",
    step_due_at: null,
    opened_at: "2026-11-25T09:00:00Z",
    version: 1,
    moves: ["take_over"],
    ...given,
  } as WorkOrder;
}

describe("the board", () => {
  it("has a column for every live state, and one only", () => {
    expect(Object.values(LANES).flat().sort()).toEqual([...LIVE].sort());
  });

  it("shows what is overdue first, then what is urgent, then what will be due", () => {
    const rows = [
      order({ id: "none" }),
      order({ id: "later", step_due_at: "2026-11-25T12:00:00Z" }),
      order({ id: "urgent", step_due_at: "2026-11-25T12:30:00Z", urgency: "urgent" }),
      order({ id: "late", step_due_at: "2026-11-25T09:59:00Z" }),
      order({ id: "older", opened_at: "2026-11-25T08:00:00Z" }),
    ];
    const { placing, coming } = lanesOf(rows, NOW);
    expect(placing.map(({ id }) => id)).toEqual(["late", "urgent", "later", "older", "none"]);
    expect(coming).toEqual([]);
  });

  it("calls an order overdue from the moment of its limit", () => {
    expect(isOverdue({ step_due_at: "2026-11-25T10:00:00Z" }, NOW)).toBe(true);
    expect(isOverdue({ step_due_at: "2026-11-25T10:00:01Z" }, NOW)).toBe(false);
    expect(isOverdue({ step_due_at: null }, NOW)).toBe(false);
  });

  it("asks for what a move needs", () => {
    expect(reasonsOf("reassign")).toContain("vendor_late");
    expect(reasonsOf("take_over")).toEqual([]);
    expect(needsNote("take_over")).toBe(true);
    expect(needsNote("reoffer")).toBe(false);
  });
});

describe("an event", () => {
  it("puts a new order first and a changed one in place of the old", () => {
    const known = [order({ id: "a" }), order({ id: "b" })];
    const { moves: _, ...event } = order({ id: "b", version: 2, state: "accepted" });
    const folded = foldOrder(known, event);
    expect(folded.map(({ id, state }) => [id, state])).toEqual([
      ["b", "accepted"],
      ["a", "offered"],
    ]);
    expect(folded[0]?.moves).toEqual([]);
  });

  it("keeps what a viewer may do while the state is the same", () => {
    const { moves: _, ...event } = order({ version: 2, offer_count: 2 });
    expect(foldOrder([order({})], event)[0]?.moves).toEqual(["take_over"]);
  });

  it("that is older than what is shown changes nothing", () => {
    const known = [order({ version: 3, state: "arrived" })];
    expect(foldOrder(known, order({ version: 2 }))).toEqual(known);
  });

  it.each(["completed", "rated", "cancelled"] as OrderState[])("takes away %s", (state) => {
    expect(foldOrder([order({})], order({ version: 2, state }))).toEqual([]);
  });
});

describe("money", () => {
  it.each([
    [0, "¥0.00"],
    [5, "¥0.05"],
    [123456789, "¥1,234,567.89"],
    [-60, "−¥0.60"],
  ])("%i cents are %s", (amount, shown) => expect(yuan(amount)).toBe(shown));

  it.each([
    ["12", 1200],
    ["1,234.5", 123450],
    ["-0.05", -5],
    ["¥ 80", 8000],
    ["12.345", null],
    ["", null],
    ["十元", null],
  ])("%s is %s cents", (typed, amount) => expect(cents(typed)).toBe(amount));
});

describe("a pay-out", () => {
  const BOTH = ["settlement:write", "settlement:approve"];

  it("is never approved by whoever prepared it", () => {
    expect(payoutSteps({ state: "prepared", is_mine: true }, BOTH)).toEqual(["withdraw"]);
    expect(payoutSteps({ state: "prepared", is_mine: false }, BOTH)).toEqual(["refuse", "approve"]);
    expect(payoutSteps({ state: "prepared", is_mine: false }, ["settlement:write"])).toEqual([]);
  });

  it("is paid once it is approved, and may come back from the bank", () => {
    expect(payoutSteps({ state: "approved", is_mine: true }, BOTH)).toEqual(["returned", "paid"]);
    expect(payoutSteps({ state: "paid", is_mine: false }, BOTH)).toEqual(["returned"]);
    expect(payoutSteps({ state: "refused", is_mine: false }, BOTH)).toEqual([]);
  });
});

describe("a review", () => {
  const BOTH = ["vendors:write", "vendors:approve"];

  it("is checked by the district and then approved by the city", () => {
    const fresh = { state: "submitted", notice_until: null, objections: [] } as const;
    expect(reviewSteps(fresh, BOTH, NOW)).toEqual(["refuse", "collect"]);
    expect(reviewSteps({ ...fresh, state: "collected" }, BOTH, NOW)).toEqual(["refuse", "approve"]);
    expect(reviewSteps({ ...fresh, state: "approved" }, BOTH, NOW)).toEqual([]);
  });

  it("is not approved before its public notice is over", () => {
    const shown = {
      state: "in_notice",
      notice_until: "2026-11-26T00:00:00Z",
      objections: [],
    } as const;
    expect(reviewSteps(shown, BOTH, NOW)).toEqual(["refuse"]);
    expect(reviewSteps(shown, BOTH, Date.parse("2026-11-26T00:00:01Z"))).toContain("approve");
  });

  it.each([
    [["dismissed"], true],
    [["dismissed", "open"], false],
    [["upheld"], false],
  ] as const)("with objections %j is approved: %s", (states, may) => {
    const objections = states.map((state) => ({ state }));
    const over = { state: "in_notice", notice_until: "2026-11-24T00:00:00Z", objections } as const;
    expect(reviewSteps(over, BOTH, NOW).includes("approve")).toBe(may);
  });
});

describe("papers", () => {
  const paper = (expires: string, days_left: number) =>
    ({ vendor_name: "甲", expires, days_left }) as Expiry;

  it("are grouped by month, those that are over first", () => {
    const groups = byMonth([
      paper("2027-01-02", 38),
      paper("2026-12-30", 35),
      paper("2026-11-20", -5),
      paper("2026-12-01", 6),
    ]);
    expect(groups.map(({ month, items }) => [month, items.length])).toEqual([
      [null, 1],
      ["2026-12", 2],
      ["2027-01", 1],
    ]);
  });

  it("press more the less time is left", () => {
    expect([-1, 0, 7, 8, 30, 31].map(toneOfDays)).toEqual([
      "danger",
      "danger",
      "danger",
      "warning",
      "warning",
      "neutral",
    ]);
  });

  it("are dated by the city's calendar", () => {
    expect(cityDay(Date.parse("2026-11-25T16:30:00Z"))).toBe("2026-11-26");
  });
});

describe("vendors", () => {
  const vendor = (given: Partial<Vendor>) =>
    ({
      name: "通达管道",
      category: "综合修理",
      districts: ["乌达区"],
      status: "active",
      service_ids: ["svc-a", "svc-b"],
      unserved: [],
      ...given,
    }) as Vendor;

  it("are not sent while a paper is missing or they are suspended", () => {
    expect(mayBeSent(vendor({}))).toBe(true);
    expect(mayBeSent(vendor({ unserved: ["svc-a"] }))).toBe(false);
    expect(mayBeSent(vendor({ status: "suspended" }))).toBe(false);
  });

  it("are sent for the services that have every paper", () => {
    expect(mayBeSentForSome(vendor({}))).toBe(false);
    expect(mayBeSentForSome(vendor({ unserved: ["svc-a"] }))).toBe(true);
    expect(mayBeSentForSome(vendor({ unserved: ["svc-a", "svc-b"] }))).toBe(false);
    expect(mayBeSentForSome(vendor({ status: "suspended", unserved: ["svc-a"] }))).toBe(false);
  });

  it("are found by all the words, those with trouble first", () => {
    const all = [vendor({}), vendor({ name: "洁净家政", unserved: ["svc-a"] })];
    expect(matching(all, "", false).map(({ name }) => name)).toEqual(["洁净家政", "通达管道"]);
    expect(matching(all, "乌达 管道", false)).toHaveLength(1);
    expect(matching(all, "", true)).toHaveLength(1);
    expect(matching(all, "海南", false)).toEqual([]);
  });

  it("are barred for a term, or for good", () => {
    expect(endOf("d30", NOW)).toBe("2026-12-25T10:00:00.000Z");
    expect(endOf("forever", NOW)).toBeNull();
    expect(stateOfBar({ lifted_at: null, until: null }, NOW)).toBe("inForce");
    expect(stateOfBar({ lifted_at: null, until: "2026-11-25T10:00:00Z" }, NOW)).toBe("ended");
    expect(stateOfBar({ lifted_at: "2026-11-01T00:00:00Z", until: null }, NOW)).toBe("lifted");
  });
});

describe("a settlement", () => {
  it("adds up whole cents, fees where there are any", () => {
    const row = (fee: number | undefined) =>
      ({
        order_count: 2,
        turnover_cents: 10_01,
        opening_cents: -1,
        closing_cents: 5,
        frozen_cents: 0,
        deposit_cents: 100,
        payable_cents: null,
        by_kind: fee === undefined ? {} : { fee },
      }) as unknown as Statement;
    expect(totalsOf([row(-60), row(undefined)])).toEqual({
      orders: 4,
      turnover: 20_02,
      opening: -2,
      fee: -60,
      closing: 10,
      frozen: 0,
      deposit: 200,
      payable: 0,
    });
  });
});

describe("what is told in a line", () => {
  it("is read from the reason that is kept with an offer", () => {
    expect(reasonOf({ why: "rotation", eligible: [{}, {}] })).toEqual({
      why: "rotation",
      eligible: 2,
    });
    expect(reasonOf(null)).toEqual({ why: null, eligible: null });
  });

  it("opens the tab of the address where it may be seen", () => {
    expect(tabOf("settlement", ["board", "settlement"])).toBe("settlement");
    expect(tabOf("settlement", ["board"])).toBe("board");
    expect(tabOf(undefined, ["reviews"])).toBe("reviews");
  });
});

describe("a fee rule", () => {
  const rule = {
    name: "一般",
    categories: ["家政"],
    basis_points: 300,
    fixed_cents: 0,
    least_cents: 50,
    most_cents: 3000,
    free_orders: 3,
    is_for_elders: false,
  };

  it("is the same after it was shown and read", () => {
    expect(ruleOf(draftOfRule(rule))).toEqual(rule);
    expect(ruleOf(draftOfRule({ ...rule, most_cents: null, is_for_elders: null }))).toEqual({
      ...rule,
      most_cents: null,
      is_for_elders: null,
    });
  });

  it.each([{ percent: "31" }, { percent: "三" }, { fixed: "-1" }, { most: "0.1" }, { name: " " }])(
    "is none with %o",
    (given) => expect(ruleOf({ ...draftOfRule(rule), ...given })).toBeNull(),
  );
});

describe("a vendor's form", () => {
  const file = {
    ...vendorFile,
    price_list: [
      { service_id: "svc-drain", service: "管道疏通", unit: "次", price_min: 80, price_max: 200 },
    ],
  } as unknown as VendorFile;

  it("sends only what was changed", () => {
    expect(changesOf(draftOf(file), file)).toEqual({});
    const draft = { ...draftOf(file), capacity: "7", phone: "13900000001" };
    expect(changesOf(draft, file)).toEqual({ capacity: 7, phone: "13900000001" });
  });

  it("names each field that is wrong", () => {
    expect(Object.keys(problemsOf(emptyDraft(), true)).sort()).toEqual([
      "address",
      "category",
      "contact",
      "credit_code",
      "districts",
      "legal_name",
      "name",
      "phone",
      "price_list",
    ]);
    expect(problemsOf(draftOf(file), false)).toEqual({});
    const twice = draftOf(file);
    twice.prices = [...twice.prices, ...twice.prices];
    expect(problemsOf(twice, false)).toEqual({ price_list: "priceTwice" });
  });
});
