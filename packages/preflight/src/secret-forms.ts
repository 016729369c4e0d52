/** Attributes whose texts are not shown, whether or not Terraform marks them. */
const SECRET_NAME =
  /password|passwd|passphrase|secret|token|credential|user_data|(private|master|api|access|signing|encryption)[_-]?key(?!_id)/i;

/** Keys of what is signed, encrypted or licensed, and what goes into one. What is called a key's name or id is none. */
const KEY_NAME =
  /((license|licence|jwt|ssh|auth|hmac|session|cookie|app|shared|encryption_primary|encryption_deterministic)[_-]?key(?![_-]?(ids?|name|pair|arn)\b)|passcode|origin[_-]?verify|aws:referer|signing(?=$|[.\]])|(?<![a-z])(salt|pepper|seed|pat|pw|otp|pin|jwt)(?=$|[.\]]))/i;

/** Keys of any kind: what is random under such a name is secret, and a word or a path is not. */
const ANY_KEY = /(?<![a-z])keys?\d{0,3}(?=$|[.\]])/i;

/** In capitals, as variables are: REDIS_AUTH, but not the block auth of a proxy. */
const VARIABLE_NAME = /(?<![A-Z])AUTH(?=$|[.\]])/;

/** A last word that is short for it: PGPASS, DB_PASS, MYSQL_PWD, /app/auth, but not BYPASS, PASSENGER_APP_ENV or PWD. */
const SHORT_NAME =
  /(?<!by|com|over|sur|tres|under)pass\d*(_(old|new))?(?=$|[.\]])|(?<!old)(?<=[\w/])pwd\d*(?=$|[.\]])|(?<=\/)auth(?=$|[.\]])|webhook(_ur[il])?(?=$|[.\]])/i;

/** What only sounds like one: how long a token is valid, that it can be rotated, how many there may be, what one is called. */
const HARMLESS_PART =
  /token_validity_units(\.\d+)?(\.(access|id|refresh)_token)?|token_(validity|revocation|rotation|expir[a-z]+|ttl|lifetime|limit|count|type|issuer)|tokenizer|(max|min|num)_(\w+_)?tokens|_token_file|password_(min|max)(imum)?_length|secret_name(?=$|[.\]])/gi;

/** Whether a text under this name, or path of names, may be a secret. */
export function soundsSecret(name: string): boolean {
  const telling = name.replace(HARMLESS_PART, "");
  return SECRET_NAME.test(telling) || KEY_NAME.test(telling) || SHORT_NAME.test(telling) || VARIABLE_NAME.test(telling);
}

/** Whether a text is secret by its name and its form together: `STRIPE_KEY` is one where it is random, `S3_KEY` with a path is none. */
export function isSecretKey(text: string, name: string): boolean {
  // Words with a number behind them, such as production-state1, are a name.
  const isMixed = (part: string) => part.length >= 10 && /\d/.test(part) && /[A-Za-z]/.test(part);
  const isRandom = /^[\w+=~-]{16,}$/.test(text) && text.split(/[-_]/).some(isMixed);
  return isRandom && ANY_KEY.test(name.replace(/\.value$/, ""));
}

/** A setting and no secret, whatever its name: `http_tokens = "required"`. */
export function isSwitch(text: string): boolean {
  return /^(enabled|disabled|required|optional|preferred|none|on|off|true|false|yes|no|active|inactive|legacy|default)$/i.test(
    text,
  );
}

/** An ARN, or the path of a parameter where ECS takes one: where a secret is, not what it is. */
export function isReference(text: string, name: string): boolean {
  if (/^arn:[a-z-]+:[a-z0-9-]+:[\w-]*:\d{0,12}:[\w+=,.@:/-]+$/.test(text)) return true;
  return /\bvalueFrom$/.test(name) && /^\/[\w.-]+(\/[\w.-]+)+$/.test(text);
}

/** What a form is put in place of: a text, or what a match is to be. */
type Instead = string | ((match: string, ...groups: string[]) => string);

/** A value in a command, perhaps in quotes that are escaped; no option, no `$VARIABLE`, and no word of a sentence about it. */
const VALUE =
  "(?!\\\\?[\"']?\\$|-|(?:is|are|to|with|and|or|for|of|in|must|can|needs?|option|flag)\\b)" +
  '(?:\\\\"[^"\\\\]{0,2000}\\\\"|"[^"]{0,2000}"|\'[^\']{0,2000}\'|[^\\s"\';|&]+)';
const SECRET_WORD =
  "(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|pepper|salt|pin|credentials?|(?:api|access|private|secret|master|auth|signing|encryption|licen[cs]e|shared|app)[-_]?key)";

/** What begins a secret in a command: an option, a command that is given one, a variable without `=`. */
const BEFORE_VALUE: readonly string[] = [
  `(?<=^|[\\s"'])--?(?:[a-z0-9]{1,30}[-_.]){0,6}${SECRET_WORD}(?:\\s{1,8}|=)`,
  "\\blogin\\b[^\\n;|&]{0,200}?\\s-p(?:\\s{1,8}|=)?",
  "\\b(?:mongo\\w{0,10}|cqlsh|sshpass)\\s[^\\n;|&]{0,200}?(?<=\\s)-p\\s{0,8}",
  "\\bsqlcmd\\s[^\\n;|&]{0,200}?(?<=\\s)-P\\s{0,8}",
  "\\bldap\\w{1,10}\\s[^\\n;|&]{0,200}?(?<=\\s)-w\\s{1,8}",
  "\\bvault\\s{1,8}login\\s{1,8}",
  "\\b(?:requirepass|masterauth)\\s{1,8}",
  "\\bopenssl\\s[^\\n;|&]{0,200}?(?<=\\s)-k\\s{1,8}",
  "\\b(?:un)?zip\\s[^\\n;|&]{0,200}?(?<=\\s)-P\\s{0,8}",
  "\\b7za?\\s[^\\n;|&]{0,200}?(?<=\\s)-p",
  "\\bcurl\\s[^\\n;|&]{0,2000}?(?<=\\s)(?:-b|--cookie)[\\s=]{1,8}(?=[^\\s;|&]{1,200}=)", // else a file
  "\\blogin\\s{1,8}\\S{1,200}\\s{1,8}password\\s{1,8}",
  "\\bidentified\\s{1,8}(?:with\\s{1,8}\\S{1,60}\\s{1,8})?by\\s{1,8}(?:password\\s{1,8})?(?=\\\\?[\"'])",
  "\\bpassword\\s{1,8}(?=\\\\?')",
  "\\bredis-cli\\s[^\\n;|&]{0,200}?(?<=\\s)-a\\s{1,8}",
  `\\b(?:configure|config)\\s{1,8}set\\s{1,8}[\\w.:/-]{0,80}?${SECRET_WORD}(?:\\s{1,8}|=)`,
  `(?<=^|\\s)(?:-e|--env|ENV|ARG|setenv)\\s{1,8}[a-z0-9_]{0,60}?${SECRET_WORD}\\s{1,8}`,
  "\\bhtpasswd\\s{1,8}(?:-\\w{1,8}\\s{1,8}){0,6}?-\\w{0,8}n\\w{0,8}\\s{1,8}(?:-\\w{1,8}\\s{1,8}){0,6}[^\\s-]\\S{0,200}\\s{1,8}",
  "\\bhtpasswd\\s{1,8}(?:-\\w{1,8}\\s{1,8}){1,6}[^\\s-]\\S{0,200}\\s{1,8}\\S{1,200}\\s{1,8}",
  "\\bbundle\\s{1,8}config\\s[^\\n;|&]{0,200}?\\s[^\\s:\"'/]{1,80}:(?!//)",
  "(?<=\\s)-pass(?:in|out)?\\s{1,8}pass:",
];

/** Tokens that say by their first letters whose they are. Source: the documentation of each service, and GitHub's list of what it scans for. */
const TOKENS_BY_PREFIX = new RegExp(
  `\\b(?:${[
    "key-[0-9a-f]{32}",
    "key-[0-9a-z]{32}",
    "dapi[0-9a-z]{32}",
    "hf_[A-Za-z0-9]{30,}",
    "dp\\.(?:st|pt|ct|scim|audit)\\.[\\w.-]{20,}",
    "pypi-[\\w-]{30,}",
    "ATATT3[\\w=+/-]{20,}",
    "ATCTT3[\\w=+/-]{20,}",
    "shp(?:at|ss|ca|pa)_[A-Za-z0-9]{20,}",
    "do[opr]_v1_[0-9a-z]{30,}",
    "lin_(?:api|oauth)_[A-Za-z0-9]{20,}",
    "AGE-SECRET-KEY-1[0-9A-Z]{20,}",
    "NR(?:AK|JS|RA|II)-[\\w-]{20,}",
    "dckr_(?:pat|oat)_[\\w-]{20,}",
    "rubygems_[0-9a-f]{40,}",
    "gl(?:sa|c|rt|ptt|dt|ft|soat)[_-][\\w-]{20,}",
    "(?:xapp|xwfp)-[\\w-]{10,}",
    "ya29\\.[\\w-]{20,}",
    "sntry[su]_[\\w=+/-]{20,}",
    "PMAK-[\\w-]{20,}",
    "ph[cx]_[A-Za-z0-9]{30,}",
    "figd_[\\w-]{20,}",
    "nfp_[A-Za-z0-9]{20,}",
    "CFPAT-[\\w-]{20,}",
    "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{20,}",
    "tskey-[\\w-]{20,}",
    "r8_[A-Za-z0-9]{30,}",
    "gsk_[A-Za-z0-9]{30,}",
    "pscale_(?:tkn|pw|oauth)_[\\w-]{20,}",
    "sq0(?:atp|csp)-[\\w-]{20,}",
    "SK[0-9a-f]{32}",
  ].join("|")})`,
  "g",
);

/** Forms in which secrets stand in a text of any name. What may be long is bounded, so that no text takes for ever. */
const SECRET_PARTS: readonly (readonly [RegExp, Instead])[] = [
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
    "(sensitive)",
  ],
  // A password in an address may hold a slash or an @. What begins with a port and a slash is none, but with a database.
  [
    /\b((?:https?|wss?|git|oci|docker|s3):\/\/[^\s:/@"']{0,256}:)(?!\d{1,5}(?:[/?#]|$))[^\s"']{1,4000}@/gi,
    "$1(sensitive)@",
  ],
  [
    /\b(?!(?:https?|wss?|git|oci|docker|s3):)([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"']{0,256}:)[^\s"']{1,4000}@/gi,
    "$1(sensitive)@",
  ],
  // Of a command: curl -u user:password, but not docker run -u 1000:1000; mysql -ppassword.
  [/(?<=^|\s)((?:-u|--user)[\s=]{1,8}["']?[^\s:"']{1,256}:)(?!\d{1,10}(?:\s|["']|$))[^\s"']+/g, "$1(sensitive)"],
  [/\b((?:mysql|mariadb)\w{0,16}\s[^\n;|&]{0,200}?(?<=\s)-p)[^\s"';|&]+/g, "$1(sensitive)"],
  ...BEFORE_VALUE.map((before) => [new RegExp(`(${before})${VALUE}`, "gi"), "$1(sensitive)"] as const),
  [
    /\b(echo\s{1,8}\\?["']?[^\s:"']{1,200}:)[^\s"'\\]{1,500}(?=\\?["']?\s{0,8}\|\s{0,8}(?:sudo\s{1,8})?chpasswd)/g,
    "$1(sensitive)",
  ],
  // Oracle: user/password@host:1521/name
  [/\b(jdbc:oracle:\w{1,20}:[^\s/@"']{1,100}\/)[^\s"']{1,500}@/gi, "$1(sensitive)@"],
  [/(?<=^|[\s"'])([\w$#]{1,100}\/)[^\s/@"']{1,500}@(?=(?:\/\/)?[\w.-]{1,253}:\d{2,5}\/)/g, "$1(sensitive)@"],
  // A line of .pgpass, and an entry of an ACL of Redis.
  [/(?<=^|\s)([\w.*-]{1,253}:(?:\d{4,5}|\*):[\w*-]{1,64}:[\w*.-]{1,64}:)[^\s"']{1,500}/g, "$1(sensitive)"],
  [/(?<=(?:^|\s)o(?:n|ff)\s(?:[^\n]{0,300}\s)?)[>#][^\s>]{1,500}(?=[^\n]{0,300}\s[~+&%])/g, "(sensitive)"],
  // Hashes of passwords, which can be guessed at.
  [/\$(?:apr1|2[abxy]?|[156y]|argon2(?:id?|d))\$[\w./$=,+-]{8,}/g, "(sensitive)"],
  [
    /(<(?:\w{1,40}[:.-])?\w{0,40}(?:password|passwd|passphrase|secret|token|apikey)\w{0,20}>)[^<]{1,2000}(?=<\/)/gi,
    "$1(sensitive)",
  ],
  [/\b(cookie["']?\s{0,8}:\s{0,8})[^\n"']{4,2000}/gi, "$1(sensitive)"],
  [
    /(?<=^|[\s"';&(])([A-Z][A-Z0-9_]{0,80}_(?:AUTH|KEY|SALT|PEPPER|PIN|SEED|SIGNING)=)("[^"]{0,2000}"|'[^']{0,2000}'|[^\s"';&|]{1,2000})/g,
    (match, name, value) => (/[\d=+]/.test(value) && !/[/.$]/.test(value) ? `${name}(sensitive)` : match),
  ],
  // A key in the place of a user, as Sentry has it.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[A-Za-z0-9_-]{20,}@/gi, "$1(sensitive)@"],
  [/\b(https?:\/\/)(?=[a-z_-]{0,60}\d)[\w-]{6,}@(?=[\w.-]*sentry|[\w.-]+\/\d+\b)/gi, "$1(sensitive)@"],
  // The data source names of Go: user:password@tcp(host:3306)/name
  [/(?<=[\w.-]:)[^\s"'(]{1,256}@(?=(?:tcp|udp|unix)\()/g, "(sensitive)@"],
  [
    /\b(https:\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)|hooks\.zapier\.com\/hooks\/catch|(?:\w+\.)?discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks|[\w-]+\.webhook\.office\.com\/webhook\w*|outlook\.office\.com\/webhook|events\.pagerduty\.com\/integration)\/)[^\s"'<>]+/gi,
    "$1(sensitive)",
  ],
  [/\b(https:\/\/api\.telegram\.org\/bot)[^\s/"']+/gi, "$1(sensitive)"],
  [/([?&](?:sig|signature|key|x-amz-(?:signature|credential))=)[^\s&"'<>]{8,}/gi, "$1(sensitive)"],
  [/\b(bearer\s+)([\w.~+/-]{6,}=*)/gi, (match, word, token) => (isRandom(token) ? `${word}(sensitive)` : match)],
  [/\b(basic\s+)([A-Za-z0-9+/]{6,}={0,2})/gi, (match, word, token) => (isLogin(token) ? `${word}(sensitive)` : match)],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:[a-z]+\s+)?)[^\s"',;]{6,}/gi, "$1(sensitive)"],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, "(sensitive)"],
  [/\b(gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-|hvs\.|whsec_|[sr]k_(?:live|test)_)[\w-]{10,}/g, "(sensitive)"],
  [/\b(AIza[\w-]{30,}|sk-[\w-]{20,}|SG\.[\w-]{10,}\.[\w-]{10,})/g, "(sensitive)"],
  [TOKENS_BY_PREFIX, "(sensitive)"],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "(sensitive)"],
  [
    /((?:password|passwd|passphrase|secret|token|credential|api[_-]?key|private[_-]?key|account[_-]?key|access[_-]?key(?![_-]?id))[\w-]{0,64}["']?\s*=\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    "$1(sensitive)",
  ],
  [/((?<!by|com|over|sur|tres|under)(?:pass|\bpwd|_pwd)\s*=\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi, "$1(sensitive)"],
];

/** No word of a sentence. */
function isRandom(token: string): boolean {
  return /\d|[a-z][A-Z]|[._~+/=]./.test(token);
}

/** A user and a password in base64. */
function isLogin(token: string): boolean {
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(token, "base64").toString("latin1"));
}

/** As in YAML, JSON or a header. In a sentence it may be no more than a colon. */
const LABELLED =
  /((?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key)(?:["']?:\s+|\\?["']\s{0,8}:\s{0,8}))(\\"[^"\\]*\\"|"[^"]*"|'[^']*'|[^\s,;&"'\\}]+)/gi;

/** The same for a text that is no sentence: `password: …` as well. */
export function withoutLabelledSecrets(text: string): string {
  return withoutSecretParts(text).replace(LABELLED, "$1(sensitive)");
}

/** A text without the parts that look like secrets: a password in an address, a private key, `--password=…`. */
export function withoutSecretParts(text: string): string {
  return withoutEncoded(withoutPlainParts(text), hasSecretPart);
}

function withoutPlainParts(text: string): string {
  return SECRET_PARTS.reduce((left, [form, instead]) => left.replace(form, instead as string), text);
}

function hasSecretPart(text: string): boolean {
  const isLogin = /^[\w.@+-]{1,64}:[\x21-\x7e]{6,}$/.test(text);
  return isLogin || withoutPlainParts(text).replace(LABELLED, "") !== text;
}

/** A text without what base64 hides in it. @param isSecret whether a decoded text has to go */
export function withoutEncoded(text: string, isSecret: (decoded: string) => boolean): string {
  return text.replace(/(?<![\w+/=-])[A-Za-z0-9+/]{12,}={0,2}(?![\w+/=])/g, (run) => {
    if (!/[A-Z]/.test(run) || !/[a-z]/.test(run)) return run;
    const decoded = Buffer.from(run, "base64").toString("utf8");
    const isText = decoded.length >= 9 && !/[^\t\n\r\x20-\x7e\u00a0-\ud7ff\u3000-\uffef]|\ufffd/.test(decoded);
    return isText && isSecret(decoded) ? "(sensitive)" : run;
  });
}

/** What Terraform says is sensitive, in a tree like that of the values: `true` in the place of a value. */
export type Marks = unknown;

/** Terraform marks the value at a path, what it is in, or something in it. */
export function isMarked(marks: Marks, path: readonly (string | number)[]): boolean {
  let mark = marks;
  for (const step of path) {
    if (mark === true) return true;
    mark = markAt(mark, step);
  }
  return JSON.stringify(mark ?? false).includes("true");
}

/** The marks of what is in a value. */
export function markAt(marks: Marks, step: string | number): Marks {
  if (marks === true) return true;
  return typeof marks === "object" && marks !== null ? (marks as Record<string | number, unknown>)[step] : undefined;
}
