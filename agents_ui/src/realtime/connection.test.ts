import { describe, expect, it } from "vitest";
import { Connection, type ConnectionState, type Socket } from "./connection";

interface FakeSocket extends Socket {
  sent: { type: string; [key: string]: unknown }[];
  isClosed: boolean;
  says(message: object): void;
  opens(): void;
  closes(code?: number): void;
}

function fakeSocket(): FakeSocket {
  const socket: FakeSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    sent: [],
    isClosed: false,
    send: (text) => void socket.sent.push(JSON.parse(text)),
    close: () => void (socket.isClosed = true),
    says: (message) => socket.onmessage?.({ data: JSON.stringify(message) }),
    opens: () => socket.onopen?.(),
    closes: (code = 1006) => socket.onclose?.({ code }),
  };
  return socket;
}

function rig() {
  const sockets: FakeSocket[] = [];
  const applied: number[] = [];
  const states: ConnectionState[] = [];
  const timers: { ms: number; run: () => void; isOn: boolean }[] = [];
  const loads: { done: () => void; failed: () => void }[] = [];
  let isSignedIn = true;
  const connection = new Connection({
    open() {
      const socket = fakeSocket();
      sockets.push(socket);
      return socket;
    },
    later(ms, run) {
      const timer = { ms, run, isOn: true };
      timers.push(timer);
      return () => void (timer.isOn = false);
    },
    random: () => 0.5,
    reload: () =>
      new Promise((resolve, reject) =>
        loads.push({ done: resolve, failed: () => reject(new Error("down")) }),
      ),
    isSignedIn: () => Promise.resolve(isSignedIn),
    apply: (event) => void applied.push(event.seq),
    changed: (state) => void states.push(state),
  });
  const socket = () => sockets.at(-1)!;
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return {
    connection,
    sockets,
    applied,
    states,
    loads,
    socket,
    settle,
    state: () => states.at(-1),
    signOut: () => void (isSignedIn = false),
    /** Runs the timers that wait at most ms. */
    pass(ms: number) {
      for (const timer of timers.splice(0)) {
        if (timer.isOn && timer.ms <= ms) timer.run();
        else if (timer.isOn) timers.push(timer);
      }
    },
    async goLive(position = 10, epoch = "a") {
      connection.start();
      socket().opens();
      socket().says({ type: "ready", position, epoch, recovered: false });
      loads.at(-1)!.done();
      await settle();
    },
  };
}

function event(seq: number, previous: number) {
  return {
    type: "event",
    seq,
    previous,
    name: "call.started",
    at: "",
    subject: { type: "call", id: "1" },
    payload: {},
  };
}

describe("a fresh start", () => {
  it("starts without a cursor and fetches before it applies", async () => {
    const { connection, socket, applied, loads, settle, state } = rig();
    connection.start();
    socket().opens();
    expect(socket().sent).toEqual([{ type: "start" }]);
    socket().says({ type: "ready", position: 10, epoch: "a", recovered: false });
    socket().says(event(11, 10));
    expect(applied).toEqual([]);
    expect(state()).toBe("loading");
    loads[0]!.done();
    await settle();
    expect(applied).toEqual([11]);
    expect(state()).toBe("live");
  });

  it("keeps held events and positions in their order", async () => {
    const { connection, socket, applied, loads, settle, sockets } = rig();
    connection.start();
    socket().opens();
    socket().says({ type: "ready", position: 10, epoch: "a", recovered: false });
    socket().says({ type: "position", seq: 14 });
    socket().says(event(15, 14));
    loads[0]!.done();
    await settle();
    expect(applied).toEqual([15]);
    expect(sockets).toHaveLength(1);
  });

  it("begins again from nothing when the load fails", async () => {
    const { connection, socket, loads, settle, state, pass, sockets } = rig();
    connection.start();
    socket().opens();
    socket().says({ type: "ready", position: 10, epoch: "a", recovered: false });
    loads[0]!.failed();
    await settle();
    expect(state()).toBe("waiting");
    pass(1_000);
    socket().opens();
    expect(sockets).toHaveLength(2);
    expect(socket().sent).toEqual([{ type: "start" }]);
  });
});

describe("a cut", () => {
  it("resumes from the last event seen, without fetching", async () => {
    const { goLive, socket, applied, pass, loads, state } = rig();
    await goLive();
    socket().says(event(11, 10));
    socket().closes();
    expect(state()).toBe("waiting");
    pass(1_000);
    socket().opens();
    expect(socket().sent).toEqual([{ type: "resume", after: 11, epoch: "a" }]);
    socket().says({ type: "ready", position: 11, epoch: "a", recovered: true });
    socket().says(event(12, 11));
    expect(applied).toEqual([11, 12]);
    expect(loads).toHaveLength(1);
    expect(state()).toBe("live");
  });

  it("fetches everything when the service cannot replay", async () => {
    const { goLive, socket, pass, loads, state, settle, applied } = rig();
    await goLive();
    socket().closes(1012);
    pass(1_000);
    socket().opens();
    socket().says({ type: "ready", position: 90, epoch: "b", recovered: false });
    expect(state()).toBe("loading");
    expect(loads).toHaveLength(2);
    loads[1]!.done();
    await settle();
    socket().says(event(91, 90));
    expect(applied).toEqual([91]);
  });

  it("never applies an event twice", async () => {
    const { goLive, socket, applied, pass } = rig();
    await goLive();
    socket().says(event(11, 10));
    socket().closes();
    pass(1_000);
    socket().opens();
    socket().says({ type: "ready", position: 10, epoch: "a", recovered: true });
    socket().says(event(11, 10));
    socket().says(event(12, 11));
    expect(applied).toEqual([11, 12]);
  });

  it("waits longer each time, and not at all when the network is back", async () => {
    const { goLive, socket, pass, sockets, connection } = rig();
    await goLive();
    socket().closes();
    pass(299);
    expect(sockets).toHaveLength(1);
    pass(300);
    expect(sockets).toHaveLength(2);
    socket().closes();
    pass(599);
    expect(sockets).toHaveLength(2);
    connection.hurry();
    expect(sockets).toHaveLength(3);
  });

  it("is noticed when the line only falls silent", async () => {
    const { goLive, socket, pass, state } = rig();
    await goLive();
    socket().says({ type: "position", seq: 10 });
    pass(40_000);
    expect(state()).toBe("waiting");
    expect(socket().isClosed).toBe(true);
  });
});

describe("a gap", () => {
  it("is asked again from the last event seen, and never guessed over", async () => {
    const { goLive, socket, applied, sockets } = rig();
    await goLive();
    socket().says(event(13, 12));
    expect(applied).toEqual([]);
    expect(sockets).toHaveLength(2);
    socket().opens();
    expect(socket().sent).toEqual([{ type: "resume", after: 10, epoch: "a" }]);
  });

  it("that stays is a reason to fetch everything", async () => {
    const { goLive, socket } = rig();
    await goLive();
    socket().says(event(13, 12));
    socket().opens();
    socket().says({ type: "ready", position: 10, epoch: "a", recovered: true });
    socket().says(event(13, 12));
    socket().opens();
    expect(socket().sent).toEqual([{ type: "start" }]);
  });

  it("is not what a position over foreign events makes", async () => {
    const { goLive, socket, applied } = rig();
    await goLive();
    socket().says({ type: "position", seq: 40 });
    socket().says(event(41, 40));
    expect(applied).toEqual([41]);
  });
});

describe("the end of a session", () => {
  it.each(["signed_out", "expired"])("is final when the service says %s", async (reason) => {
    const { goLive, socket, state, pass, sockets } = rig();
    await goLive();
    socket().says({ type: "bye", reason });
    pass(60_000);
    expect(state()).toBe("signed_out");
    expect(sockets).toHaveLength(1);
  });

  it("is final by its close code", async () => {
    const { goLive, socket, state } = rig();
    await goLive();
    socket().closes(4001);
    expect(state()).toBe("signed_out");
  });

  it("is found out when sockets are refused", async () => {
    const { connection, socket, signOut, settle, state } = rig();
    signOut();
    connection.start();
    socket().closes(1006);
    await settle();
    expect(state()).toBe("signed_out");
  });

  it("is not taken from a restart", async () => {
    const { goLive, socket, state, pass } = rig();
    await goLive();
    socket().says({ type: "bye", reason: "restart" });
    expect(state()).toBe("waiting");
    pass(1_000);
    socket().opens();
    expect(socket().sent[0]).toMatchObject({ type: "resume", after: 10 });
  });
});

it("ignores what it does not understand", async () => {
  const { goLive, socket, state } = rig();
  await goLive();
  socket().onmessage?.({ data: "{" });
  socket().says({ type: "weather", degrees: 3 });
  socket().says({ type: "event", seq: "eleven" });
  expect(state()).toBe("live");
});
