/** What was asked for can't be done, whatever the state of the machine or of AWS: exit code 2. */
export class InputError extends Error {}
