/** The columns of the list. What says which ticket it is cannot be hidden. */
export const COLUMNS = [
  { key: "number", width: "136px", isFixed: true },
  { key: "kind", width: "76px" },
  { key: "title", isFixed: true },
  { key: "subject", width: "132px", wideOnly: true },
  { key: "district", width: "86px" },
  { key: "status", width: "118px" },
  { key: "custody", width: "150px", wideOnly: true },
  { key: "assignee", width: "92px", wideOnly: true },
  { key: "caller", width: "120px", wideOnly: true },
  { key: "due", width: "112px" },
  { key: "created", width: "104px", wideOnly: true },
] as const satisfies readonly {
  key: string;
  width?: string;
  wideOnly?: boolean;
  isFixed?: boolean;
}[];
