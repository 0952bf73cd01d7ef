import { HotlineError } from "@/api/errors";
import { textIn, type Locale } from ".";
import { usePreferences } from "@/preferences";

/** What to tell a person about a refusal: by its code, else the service's own (Chinese) sentence. */
export function errorText(error: unknown, locale: Locale): string {
  const { errors } = textIn(locale);
  if (!(error instanceof HotlineError)) return errors.unknown;
  const known = (errors.byCode as Readonly<Record<string, string>>)[error.code];
  const sentence = known ?? (error.detail || errors.unknown);
  return error.status >= 500 && error.requestId
    ? errors.withReference(sentence, error.requestId)
    : sentence;
}

export function useErrorText(): (error: unknown) => string {
  const preferences = usePreferences();
  return (error) => errorText(error, preferences.locale);
}
