import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Fields, Refusal } from "./backend.ts";
import type { User } from "./users.ts";

/** What Cognito would send by e-mail or SMS. */
interface Message {
  /** An e-mail address or a telephone number. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export type Send = (message: Message) => void;

/** Adds each message to a file of the receiver, and writes it into the log. */
export function outbox(directory: string): Send {
  return ({ to, subject, text }) => {
    const message = `To: ${to}\nSubject: ${subject}\n\n${text}\n\n`;
    mkdirSync(directory, { recursive: true });
    appendFileSync(join(directory, `${to.replaceAll(/[^\w.@+-]/g, "_")}.txt`), message);
    console.log(message);
  };
}

/** Where a code goes, as `CodeDeliveryDetails` tells it. */
export interface Delivery {
  readonly to: string;
  readonly attribute: "email" | "phone_number";
}

export function deliveryTo(attribute: Delivery["attribute"], user: User | undefined): Delivery | undefined {
  const to = user?.attributes[attribute];
  return to ? { to, attribute } : undefined;
}

/** As an answer tells it: only the beginnings of an address are shown. */
export function deliveryDetails({ to, attribute }: Delivery): Fields {
  const [name = "", host = ""] = to.split("@");
  const isEmail = attribute === "email";
  const Destination = isEmail ? `${name[0]}***@${host[0]}***` : `+*******${to.slice(-4)}`;
  return { Destination, DeliveryMedium: isEmail ? "EMAIL" : "SMS", AttributeName: attribute };
}

/** Codes that were sent, each good for one use and for some time. */
export class Codes {
  private readonly sent = new Map<string, { code: string; endsAt: number; attribute: Delivery["attribute"] }>();
  private readonly hours: number;

  constructor(hours: number) {
    this.hours = hours;
  }

  /** Makes a new code for a user; an older one is no longer valid. */
  make({ sub }: User, { attribute }: Delivery): string {
    const code = String(Math.floor(Math.random() * 1_000_000)).padStart(6, "0");
    this.sent.set(sub, { code, attribute, endsAt: Date.now() + this.hours * 3_600_000 });
    return code;
  }

  /** @throws {Refusal} when the code is wrong, too old or used, or none was sent */
  check({ sub }: User, code: string): Delivery["attribute"] {
    const sent = this.sent.get(sub);
    if (!sent || Date.now() > sent.endsAt) throw noCode();
    if (sent.code !== code) {
      throw new Refusal("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    this.sent.delete(sub);
    return sent.attribute;
  }
}

/** What is said of a code that was never sent, as of one that is too old. */
export const noCode = () => new Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.");
