import { type Environment, statePlace } from "../../environments/schema/index.ts";
import { readLock } from "../lib/aws/environment-lock.ts";
import { holderText } from "../lib/terraform/state-lock.ts";

export interface LockNoticeOptions {
  readonly environment: Environment;
  /** As Terraform writes it, such as `30s`. */
  readonly lockTimeout: string;
  readonly say: (text: string) => void;
}

/**
 * Says who holds the lock on an environment's state, and for how long Terraform is going to wait for it. Terraform itself
 * names the holder only once it has given up.
 *
 * @returns a function that looks, and names each holder once; where the lock can't be read, it leaves the error to Terraform
 */
export function lockNotice({ environment, lockTimeout, say }: LockNoticeOptions): () => Promise<void> {
  let said: string | undefined;
  return async () => {
    const lock = await readLock(environment).catch(() => undefined);
    if (lock === undefined || lock.id === said) return;
    said = lock.id;
    say(
      `${statePlace(environment)} is locked by ${holderText(lock)}. Terraform waits up to ${lockTimeout} for it (--lock-timeout); Ctrl-C stops.`,
    );
  };
}
