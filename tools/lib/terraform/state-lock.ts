import { stripVTControlCharacters } from "node:util";
import { UserError } from "@operation-app/preflight/input";

/** What Terraform says of the lock that it ran into. */
export interface HeldLock {
  readonly id: string;
  /** `user@host`. */
  readonly who: string;
  readonly created: string;
}

/** What Terraform says is about the lock of a state. */
export function isAboutLock(complaint: string): boolean {
  return /state lock/i.test(complaint);
}

/** The lock that a complaint of Terraform's is about; nothing where it does not tell, or is about something else. */
export function lockInComplaint(complaint: string): HeldLock | undefined {
  const text = stripVTControlCharacters(complaint);
  const detail = (label: string) => text.match(new RegExp(`^[│ ]*${label}: +(.+)$`, "m"))?.[1]?.trim();
  const id = detail("ID");
  if (!isAboutLock(complaint) || id === undefined) return undefined;
  return { id, who: detail("Who") ?? "somebody", created: detail("Created") ?? "some time ago" };
}

/** @param release how to get rid of it once its holder is dead */
export function lockedError(
  name: string,
  { id, who, created }: HeldLock,
  release = `terraform force-unlock ${id}`,
): UserError {
  return new UserError(
    `${name}: is locked by ${who} since ${created} (lock ${id}). Wait until that run ends; if it is dead: ${release}.`,
  );
}

/** Who has the lock, where Terraform tells; else what it says. @param release see `lockedError` */
export function whyNotLocked(name: string, complaint: string, release?: string): UserError {
  const lock = lockInComplaint(complaint);
  return lock
    ? lockedError(name, lock, release)
    : new UserError(`${name}: can't be locked. Terraform says:\n${complaint}`);
}
