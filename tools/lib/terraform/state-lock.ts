import { stripVTControlCharacters } from "node:util";
import { UserError, visible } from "@operation-app/preflight/input";

/** What Terraform says of the lock that it ran into. */
export interface HeldLock {
  readonly id: string;
  /** `user@host`. */
  readonly who: string;
  readonly created: string;
  /** As Terraform writes it, such as `OperationTypeApply`. */
  readonly operation?: string;
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
  return {
    id,
    who: detail("Who") ?? "an unknown user",
    created: detail("Created") ?? "an unknown time",
    operation: detail("Operation"),
  };
}

/** Who holds a lock, since when and for what: `me@laptop since 2026-01-02T03:04:05Z (apply, lock 1b2c)`. */
export function holderText({ id, who, created, operation }: HeldLock): string {
  const of = operation?.replace(/^OperationType/, "").toLowerCase();
  return visible(`${who} since ${created} (${of ? `${of}, ` : ""}lock ${id})`);
}

/** @param release command that releases the lock once its holder is dead */
export function lockedError(name: string, lock: HeldLock, release = `terraform force-unlock ${lock.id}`): UserError {
  return new UserError(
    `${name}: is locked by ${holderText(lock)}. Wait until that run ends; if it has died: ${release}.`,
  );
}

/** Who has the lock, where Terraform tells; else what it says. @param release see `lockedError` */
export function whyNotLocked(name: string, complaint: string, release?: string): UserError {
  const lock = lockInComplaint(complaint);
  return lock
    ? lockedError(name, lock, release)
    : new UserError(`${name}: can't be locked. Terraform says:\n${complaint}`);
}
