/** The telephone of an agent as the console knows it. Timers and who may talk are the service's. */
export type LineState = "idle" | "ringing" | "talking";

export interface Words {
  key: string;
  speaker: "me" | "other";
  text: string;
  /** Own words that nobody heard: the line was not open. */
  isLost?: boolean;
}

export interface PhoneLine {
  state: LineState;
  /** The telephone network's name of the call on this line. */
  sid: string | null;
  words: readonly Words[];
}

export const IDLE: PhoneLine = { state: "idle", sid: null, words: [] };

export interface PhoneDriver {
  readonly kind: "text" | "browser" | "desk-phone";
  /** Tells how the line stands, now and at every change, until `unregister`. */
  register(tell: (line: PhoneLine) => void): void;
  unregister(): void;
  /** Take what rings, or rings within the next seconds. False when nothing did. */
  answer(): Promise<boolean>;
  hangUp(): Promise<void>;
  press(digits: string): Promise<boolean>;
  /** Only where speech is text. False when nobody heard it. */
  say(text: string): Promise<boolean>;
}
