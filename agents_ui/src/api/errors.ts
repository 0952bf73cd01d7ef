export interface FieldError {
  field: string;
  message: string;
}

/** What the service (or the network) refused, by a code that the console can translate. */
export class HotlineError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string = "",
    readonly params: Readonly<Record<string, unknown>> = {},
    readonly requestId: string | null = null,
  ) {
    super(`${code} (${status})`);
    this.name = "HotlineError";
  }

  /** Messages of a refused form, by the name of the field. */
  get fields(): FieldError[] {
    const errors = this.params["errors"];
    return Array.isArray(errors) ? errors.filter(isFieldError) : [];
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof HotlineError && error.code === code;
}

function isFieldError(value: unknown): value is FieldError {
  return (
    isRecord(value) && typeof value["field"] === "string" && typeof value["message"] === "string"
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
