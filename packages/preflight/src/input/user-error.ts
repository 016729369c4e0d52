/** A mistake or a lack that the user can mend: its message is all that they need, and a stack trace is in their way. */
export class UserError extends Error {}

/** What was asked for can't be done, whatever the state of the machine or of AWS: exit code 2. */
export class InputError extends UserError {}
