/** The shape of a language: every key of the Chinese source, words free, parameters the same. */
export type Text<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => string
    ? (...args: A) => string
    : T[K] extends string
      ? string
      : Text<T[K]>;
};
