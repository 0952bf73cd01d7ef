import { inject, type InjectionKey } from "vue";
import { isCode } from "@/api/errors";
import { sessions, type SignIn } from "@/api/hotline";
import type { Me } from "@/api/types";

interface Parts {
  begin(me: Me): void;
  end(): void;
  me(): Promise<Me>;
}

/** Signing in and out, and what follows from either. */
export interface SessionControl {
  fetchMe(): Promise<Me>;
  /** Who is signed in, or null; begins the live connection where somebody is. */
  current(): Promise<Me | null>;
  signIn(credentials: SignIn): Promise<Me>;
  signOut(): Promise<void>;
  /** The service says that the session is over. */
  ended(): void;
  onEnded(run: () => void): void;
}

export const SESSION: InjectionKey<SessionControl> = Symbol("session");

export function useSession(): SessionControl {
  const session = inject(SESSION);
  if (!session) throw new Error("no session provided");
  return session;
}

export function createSession(parts: Parts): SessionControl {
  let isSignedIn = false;
  let tell = () => {};

  function begin(me: Me): Me {
    isSignedIn = true;
    parts.begin(me);
    return me;
  }

  function end(): void {
    isSignedIn = false;
    parts.end();
  }

  return {
    fetchMe: () => sessions.me(),
    async current() {
      try {
        const me = await parts.me();
        return isSignedIn ? me : begin(me);
      } catch (error) {
        if (isCode(error, "not_signed_in")) return null;
        throw error;
      }
    },
    signIn: async (credentials) => begin(await sessions.signIn(credentials)),
    async signOut() {
      await sessions.signOut();
      end();
    },
    ended() {
      if (!isSignedIn) return;
      end();
      tell();
    },
    onEnded(run) {
      tell = run;
    },
  };
}
