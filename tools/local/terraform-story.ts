/** Lines of an error that are shown. */
const SHOWN = 40;

/** What Terraform's output comes to, told as it is written. */
export interface TerraformStory {
  /** A line of it. */
  line(text: string): void;
  /** What it was about to do when it ended, as far as it says: its errors, or else its last lines. */
  readonly end: readonly string[];
  /** How many objects were made. */
  readonly made: number;
}

/**
 * Follows the output of `cdktf deploy`.
 *
 * @param waitingFor told which object takes time, and for how long
 */
export function followTerraform(waitingFor: (text: string) => void): TerraformStory {
  const errors: string[] = [];
  const last: string[] = [];
  let made = 0;
  return {
    line(text) {
      last.push(text);
      if (last.length > SHOWN) last.shift();
      if (errors.length > 0 || /^[\s│╷]*Error:/.test(text)) errors.push(text);
      if (/: Creation complete after /.test(text)) made++;
      const [, address, time] = text.match(/^\s*(\S+?)(?: \(.*\))?: Still \w+\.\.\. \[(\S+) elapsed\]/) ?? [];
      if (address) waitingFor(`${address}, for ${time}`);
      else if (/: Creation complete after /.test(text)) waitingFor(`${made} objects made`);
    },
    get end() {
      return (errors.length > 0 ? errors : last).slice(0, SHOWN);
    },
    get made() {
      return made;
    },
  };
}
