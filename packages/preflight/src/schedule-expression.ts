/** What is wrong with an expression, and what to write. */
export interface WrongSchedule {
  readonly why: string;
  readonly fix: string;
}

/** A field of a cron expression. */
export interface CronField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names that stand for numbers. */
  readonly names?: readonly string[];
  /** What it takes beside lists, ranges and steps. */
  readonly special?: RegExp;
}

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

/** Source: "Cron expressions" in the guide of Amazon EventBridge. */
export const CRON_FIELDS: readonly CronField[] = [
  { name: "minutes", least: 0, most: 59 },
  { name: "hours", least: 0, most: 23 },
  { name: "day of the month", least: 1, most: 31, special: /^(?:\?|L(?:-\d+)?|LW|\d+W)$/ },
  { name: "month", least: 1, most: 12, names: MONTHS },
  { name: "day of the week", least: 1, most: 7, names: DAYS, special: /^(?:\?|L|(?:[1-7]|[A-Z]{3})(?:#[1-5]|L))$/ },
  { name: "year", least: 1970, most: 2199 },
];

const UNITS = ["minute", "hour", "day"];
const CRON_FORM = 'Write cron(minutes hours day month weekday year), such as "cron(0 18 * * ? *)".';

/**
 * Why AWS does not accept the expression of a schedule; undefined where it does.
 *
 * @param once `at(…)` is taken too
 * @param grammar a unit is in the singular for 1, and in the plural for more
 */
export function whyNoSchedule(
  expression: string,
  { once, grammar }: { readonly once: boolean; readonly grammar: boolean },
): WrongSchedule | undefined {
  const [, kind, inner] = /^(cron|rate|at)\((.*)\)$/s.exec(expression.trim()) ?? [];
  if (kind === "cron") return whyNoCron(inner ?? "");
  if (kind === "rate") return whyNoRate(inner ?? "", grammar);
  if (kind === "at" && once) return whyNoTime(inner ?? "");
  const unix = fromUnix(expression.trim().split(/\s+/));
  if (unix !== undefined) return { why: "it is cron as Unix writes it", fix: unix };
  const forms = once ? "cron(…), rate(…) or at(…)" : "cron(…) or rate(…)";
  return { why: `it is not ${forms}`, fix: `Write ${forms}, such as "rate(1 hour)".` };
}

function whyNoCron(inner: string): WrongSchedule | undefined {
  const fields = inner.trim().split(/\s+/);
  if (fields.length !== CRON_FIELDS.length) {
    return { why: `cron has ${fields.length} fields instead of 6`, fix: fromUnix(fields) ?? CRON_FORM };
  }
  const wrong = CRON_FIELDS.findIndex((field, index) => !isField(field, fields[index] ?? ""));
  const field = CRON_FIELDS[wrong];
  if (field) {
    const { name, least, most, names } = field;
    const range = `${least} to ${most}${names ? ` or ${names[0]} to ${names.at(-1)}` : ""}`;
    return { why: `"${fields[wrong]}" is no ${name}`, fix: `Write ${name} as ${range}, a list, a range or *.` };
  }
  const open = [fields[2], fields[4]].filter((day) => day === "?").length;
  if (open === 1) return undefined;
  return {
    why: `${open === 2 ? "both" : "neither"} of day of the month and day of the week ${open === 2 ? "are" : "is"} ?`,
    fix: "Write ? in one of the two, and the days in the other.",
  };
}

function isField(field: CronField, written: string): boolean {
  return cronItems(written).every((item) => field.special?.test(item) || cronValues(field, item) !== undefined);
}

/** The parts of a field that are separated by commas, in capital letters. */
export function cronItems(written: string): string[] {
  return written.toUpperCase().split(",");
}

/** The numbers that `*`, a number or name, a range or a step stands for; undefined where it is none of them. */
export function cronValues({ least, most, names = [] }: CronField, item: string): number[] | undefined {
  const [range = "", step, ...others] = item.split("/");
  if (others.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return undefined;
  const numberOf = (end: string) =>
    names.includes(end) ? names.indexOf(end) + least : /^\d+$/.test(end) ? Number(end) : -1;
  const ends = range === "*" ? [least, most] : range.split("-").map(numberOf);
  const [first = -1, last = step === undefined ? first : most] = ends;
  if (ends.length > 2 || ends.some((end) => end < least || end > most)) return undefined;
  // FRI-MON goes over the end of the week.
  const length = (last - first + (last < first ? most - least + 1 : 0)) / Number(step ?? 1);
  return Array.from(
    { length: Math.floor(length) + 1 },
    (_, index) => ((first + index * Number(step ?? 1) - least) % (most - least + 1)) + least,
  );
}

/** What a line of a crontab is to AWS; undefined where it is none, or says two things about days that AWS takes one of. */
function fromUnix(fields: readonly string[]): string | undefined {
  const [minutes = "", hours = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5 || (day !== "*" && weekday !== "*")) return undefined;
  const weekdays = weekday.replaceAll(/(?<!\/)\b[0-7]\b/g, (number) => DAYS[Number(number) % 7] ?? number);
  const days = weekday === "*" ? `${day} ${month} ?` : `? ${month} ${weekdays}`;
  const inner = `${minutes} ${hours} ${days} *`;
  if (whyNoCron(inner) !== undefined) return undefined;
  return `AWS has six fields, with the year at the end and ? for the days that the other field says. Write "cron(${inner})".`;
}

function whyNoRate(inner: string, grammar: boolean): WrongSchedule | undefined {
  const [, value, unit = ""] = /^(\d+) ([a-z]+)$/.exec(inner.trim()) ?? [];
  const single = unit.replace(/s$/, "");
  const fix = 'Write a whole number and a unit, such as "rate(1 hour)" or "rate(5 minutes)".';
  if (value === undefined || Number(value) < 1 || !UNITS.includes(single)) {
    return { why: `"${inner}" is no number of minutes, hours or days`, fix };
  }
  const isPlural = unit.endsWith("s");
  if (!grammar || isPlural === Number(value) > 1) return undefined;
  return { why: `the unit of ${value} is ${isPlural ? "in the plural" : "in the singular"}`, fix };
}

function whyNoTime(inner: string): WrongSchedule | undefined {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(inner) && !Number.isNaN(Date.parse(`${inner}Z`));
  return isTime
    ? undefined
    : { why: `"${inner}" is no time`, fix: 'Write it without a zone, such as "at(2030-01-31T09:00:00)".' };
}

/** Abbreviations that the runtime takes too, and the IANA's list does not have. */
const ABBREVIATIONS = new Set(
  "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST".split(" "),
);

/** Whether the runtime's own list of the IANA's names of time zones has it. An offset is none. */
export function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name) || ABBREVIATIONS.has(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
