import { backoff } from "./backoff";
import { advanced, judge, type Cursor } from "./cursor";
import {
  readMessage,
  type ClientMessage,
  type EventMessage,
  type PositionMessage,
  type ReadyMessage,
  type ServerMessage,
} from "./messages";

/** loading: open, but messages are held back until what they change has been fetched. */
export type ConnectionState = "idle" | "connecting" | "loading" | "live" | "waiting" | "signed_out";

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Environment {
  open(): Socket;
  /** Runs after ms; returns what cancels it. */
  later(ms: number, run: () => void): () => void;
  random(): number;
  /** Fetches afresh everything that events change. Rejects when the service cannot be reached. */
  reload(): Promise<void>;
  /** Asked when a socket never became ready: false when the session is over. */
  isSignedIn(): Promise<boolean>;
  apply(event: EventMessage): void;
  changed(state: ConnectionState): void;
}

const SIGNED_OUT = 4001;
const QUIET_MS = 40_000;
const HELD_LIMIT = 5_000;
const GAPS_BEFORE_RELOAD = 2;

/**
 * Keeps the console in step with the event log: every event once, in order, across cuts. A hole is
 * never guessed over: the log is asked again from the last event seen, then everything is fetched.
 */
export class Connection {
  private state: ConnectionState = "idle";
  private socket: Socket | null = null;
  private cursor: Cursor | null = null;
  private held: (EventMessage | PositionMessage)[] = [];
  private attempt = 0;
  private gaps = 0;
  private cancelWait = () => {};
  private cancelWatch = () => {};

  constructor(private readonly environment: Environment) {}

  start(): void {
    if (this.state === "idle" || this.state === "signed_out") this.connect();
  }

  stop(): void {
    this.forget();
    this.attempt = 0;
    this.become("idle");
  }

  /** The network may be back: try now instead of waiting. */
  hurry(): void {
    if (this.state === "waiting") this.connect();
  }

  private connect(): void {
    this.cancelWait();
    this.become("connecting");
    const opened = this.environment.open();
    let wasReady = false;
    opened.onopen = () => opened.send(JSON.stringify(this.greeting()));
    opened.onmessage = ({ data }) => {
      if (this.socket !== opened) return;
      this.watch();
      const message = readMessage(data);
      wasReady ||= message?.type === "ready";
      if (message) this.receive(message);
    };
    opened.onclose = ({ code }) => {
      if (this.socket === opened) void this.lost(code, wasReady);
    };
    this.socket = opened;
    this.watch();
  }

  private greeting(): ClientMessage {
    if (!this.cursor) return { type: "start" };
    return { type: "resume", after: this.cursor.seen, epoch: this.cursor.epoch };
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case "ready":
        return this.ready(message);
      case "event":
      case "position":
        return this.state === "loading" ? this.hold(message) : this.take(message);
      case "bye":
        return this.leave(message.reason);
    }
  }

  private ready({ epoch, position, recovered }: ReadyMessage): void {
    if (recovered && this.cursor) {
      this.cursor = { epoch, seen: this.cursor.seen, chain: position };
      return this.follow();
    }
    const opened = this.socket;
    this.cursor = { epoch, seen: position, chain: position };
    this.held = [];
    this.become("loading");
    this.environment.reload().then(
      () => this.socket === opened && this.follow(),
      () => this.socket === opened && this.abandon(),
    );
  }

  private hold(message: EventMessage | PositionMessage): void {
    this.held.push(message);
    if (this.held.length > HELD_LIMIT) this.abandon();
  }

  /** The state is here: play what happened meanwhile, then follow. */
  private follow(): void {
    const held = this.held;
    this.held = [];
    this.attempt = 0;
    this.become("live");
    for (const message of held) {
      if (this.state !== "live") return;
      this.take(message);
    }
  }

  private take(message: EventMessage | PositionMessage): void {
    if (!this.cursor) return;
    if (message.type === "position") {
      this.cursor = advanced(this.cursor, message.seq);
      return;
    }
    const verdict = judge(this.cursor, message);
    if (verdict === "gap") return this.missed();
    this.cursor = advanced(this.cursor, message.seq);
    this.gaps = 0;
    if (verdict === "apply") this.environment.apply(message);
  }

  private missed(): void {
    this.gaps += 1;
    if (this.gaps >= GAPS_BEFORE_RELOAD) this.cursor = null;
    this.drop();
    this.connect();
  }

  /** Half a load is no load: begin again from nothing. */
  private abandon(): void {
    this.forget();
    this.wait();
  }

  private leave(reason: string): void {
    if (reason === "signed_out" || reason === "expired") return this.signOut();
    if (this.state === "loading") return this.abandon();
    this.drop();
    this.wait();
  }

  private async lost(code: number, wasReady: boolean): Promise<void> {
    if (code === SIGNED_OUT) return this.signOut();
    if (this.state === "loading") return this.abandon();
    this.drop();
    this.wait();
    if (!wasReady && !(await this.environment.isSignedIn()) && this.state === "waiting") {
      this.signOut();
    }
  }

  private wait(): void {
    this.become("waiting");
    this.cancelWait();
    const pause = backoff(this.attempt, this.environment.random);
    this.cancelWait = this.environment.later(pause, () => this.connect());
    this.attempt += 1;
  }

  /** A cut line may say nothing for minutes; the heartbeat says so sooner. */
  private watch(): void {
    this.cancelWatch();
    this.cancelWatch = this.environment.later(QUIET_MS, () => this.leave("quiet"));
  }

  private signOut(): void {
    this.forget();
    this.become("signed_out");
  }

  private forget(): void {
    this.drop();
    this.cancelWait();
    this.cursor = null;
    this.held = [];
  }

  private drop(): void {
    this.cancelWatch();
    const closing = this.socket;
    this.socket = null;
    closing?.close();
  }

  private become(next: ConnectionState): void {
    if (this.state === next) return;
    this.state = next;
    this.environment.changed(next);
  }
}
