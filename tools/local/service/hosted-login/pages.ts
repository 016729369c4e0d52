/** HTML, into whose template values are put as text, unless they are HTML themselves. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function html(parts: TemplateStringsArray, ...values: (string | Html | readonly Html[])[]): Html {
  const texts = values.map((value) =>
    typeof value === "string" ? escapeHtml(value) : [value].flat().reduce((text, one) => text + one.text, ""),
  );
  return new Html(String.raw({ raw: parts }, ...texts));
}

const CODE = { name: "code", label: "Code", type: "text", autocomplete: "one-time-code" };

/** What is asked of the user in each step of a login, by the name of the challenge. */
const STEPS = {
  PASSWORD: {
    title: "Log in",
    fields: [
      { name: "username", label: "User name", type: "text", autocomplete: "username" },
      { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
    ],
  },
  NEW_PASSWORD_REQUIRED: {
    title: "Choose a password",
    fields: [{ name: "newPassword", label: "New password", type: "password", autocomplete: "new-password" }],
  },
  SOFTWARE_TOKEN_MFA: { title: "Enter the code of your authenticator app", fields: [CODE] },
  MFA_SETUP: { title: "Register an authenticator app", fields: [CODE] },
};

export type Step = keyof typeof STEPS;

export const isStep = (name: string | undefined): name is Step => name !== undefined && Object.hasOwn(STEPS, name);

/**
 * @param carried comes back with the answer; a `key` in it is shown, for an authenticator app
 * @param problem why the last answer was refused
 */
export function stepPage(step: Step, carried: Readonly<Record<string, string>> = {}, problem?: string): Html {
  const { title, fields } = STEPS[step];
  const hidden = Object.entries(carried).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const asked = fields.map(
    ({ name, label, type, autocomplete }) =>
      html`<label>${label}<input name="${name}" type="${type}" autocomplete="${autocomplete}" required></label>`,
  );
  const key = carried.key ? [html`<p>Enter this key into the app: <code id="key">${carried.key}</code></p>`] : [];
  const form = html`<form method="post">${hidden}${asked}<button>Continue</button></form>`;
  return page(title, [...(problem ? [alert(problem)] : []), ...key, form]);
}

export const errorPage = (problem: string) => page("An error was encountered", [alert(problem)]);

const alert = (problem: string) => html`<p role="alert">${problem}</p>`;

function page(title: string, body: readonly Html[]): Html {
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width">
<style>body{font:16px sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}label,input,button{display:block;width:100%;
box-sizing:border-box}input,button{padding:.5rem;margin:.25rem 0 1rem;font:inherit}[role=alert]{color:#b00020}
code{overflow-wrap:anywhere}</style>
<h1>${title}</h1>${body}<p><small>The emulator's stand-in for Cognito's login pages.</small></p></html>`;
}

const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
