/** A mistake or a lack that the user can fix: the message is all that it takes, without a stack trace. */
export class UserError extends Error {}

/** What was asked for can't be done, whatever the state of the machine or of AWS: exit code 2. */
export class InputError extends UserError {}
