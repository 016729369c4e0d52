/** Reading what a user wrote, and telling what is wrong with it in one line. */
export { DEEPEST_JSON, isTooDeep, jsonOf } from "./input/json.ts";
export { printable, printableInColor, printableJson, visible, visibleIn } from "./input/printable.ts";
export { readInput } from "./input/read-input.ts";
export { InputError, UserError } from "./input/user-error.ts";
export { explainGroup, explainType, type SettingProblem, unknownSetting } from "./input/wording.ts";
