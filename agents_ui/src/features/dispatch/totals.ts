import type { Statement } from "@/api/dispatch";

/** The last row of a settlement: sums of whole cents. */
export function totalsOf(rows: readonly Statement[]) {
  const sum = (of: (row: Statement) => number) => rows.reduce((all, row) => all + of(row), 0);
  return {
    orders: sum((row) => row.order_count),
    turnover: sum((row) => row.turnover_cents),
    opening: sum((row) => row.opening_cents),
    fee: sum((row) => row.by_kind["fee"] ?? 0),
    closing: sum((row) => row.closing_cents),
    frozen: sum((row) => row.frozen_cents),
    deposit: sum((row) => row.deposit_cents),
    payable: sum((row) => row.payable_cents ?? 0),
  };
}
