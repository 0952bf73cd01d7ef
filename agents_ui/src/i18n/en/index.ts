import { desk } from "./desk";
import { directory } from "./directory";
import { errors } from "./errors";
import { session } from "./session";
import { shell } from "./shell";
import { tickets } from "./tickets";
import { ui } from "./ui";
import { words } from "./words";

export const messages = { desk, directory, errors, session, shell, tickets, ui, words };
