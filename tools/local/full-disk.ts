/** What is said in the place of whatever a full disk makes of a command. */
export const DISK_IS_FULL =
  "The disk is full, of this machine or of its container engine: free some space (df -h, docker system df) and run the same command again.";

/** Whether a line of output or of an error says so. */
export function isFullDisk(text: string): boolean {
  return /\bENOSPC\b|no space left on device|disk quota exceeded/i.test(text);
}
