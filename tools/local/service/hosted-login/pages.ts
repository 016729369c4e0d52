/** A page's HTML. Values are escaped unless they are HTML themselves. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function html(parts: TemplateStringsArray, ...values: (string | Html)[]): Html {
  const escaped = values.map((value) => (value instanceof Html ? value.text : escapeHtml(value)));
  return new Html(String.raw({ raw: parts }, ...escaped));
}

/** What is asked of the user. Hidden fields carry how far they have come. */
interface Form {
  readonly title: string;
  readonly intro?: Html;
  readonly fields: readonly Field[];
  readonly hidden?: Readonly<Record<string, string>>;
  readonly problem?: string;
}

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "password";
  readonly autocomplete: string;
}

export const passwordForm = (problem?: string): Form => ({
  title: "Log in",
  fields: [
    { name: "username", label: "User name", autocomplete: "username" },
    { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
  ],
  problem,
});

export const newPasswordForm = (hidden: Form["hidden"], problem?: string): Form => ({
  title: "Choose a password",
  fields: [{ name: "newPassword", label: "New password", type: "password", autocomplete: "new-password" }],
  hidden,
  problem,
});

const CODE: Field = { name: "code", label: "Code", autocomplete: "one-time-code" };

export const codeForm = (hidden: Form["hidden"], problem?: string): Form => ({
  title: "Enter the code of your authenticator app",
  fields: [CODE],
  hidden,
  problem,
});

export const registrationForm = (key: string, hidden: Form["hidden"], problem?: string): Form => ({
  title: "Register an authenticator app",
  intro: html`<p>Enter this key into the app, then a code that it shows:</p><p><code id="key">${key}</code></p>`,
  fields: [CODE],
  hidden: { ...hidden, key },
  problem,
});

export function formPage({ title, intro = html``, fields, hidden = {}, problem }: Form): Html {
  const inputs = fields.map(
    ({ name, label, type = "text", autocomplete }) =>
      html`<label>${label}<input name="${name}" type="${type}" autocomplete="${autocomplete}" required></label>`,
  );
  const carried = Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const alert = problem ? html`<p role="alert">${problem}</p>` : html``;
  const all = joined([...carried, ...inputs]);
  return page(title, html`${alert}${intro}<form method="post">${all}<button>Continue</button></form>`);
}

export const errorPage = (problem: string) => page("An error was encountered", html`<p role="alert">${problem}</p>`);

function page(title: string, body: Html): Html {
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width">
<style>body{font:16px sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}label,input,button{display:block;width:100%;
box-sizing:border-box}input,button{padding:.5rem;margin:.25rem 0 1rem;font:inherit}[role=alert]{color:#b00020}
code{overflow-wrap:anywhere}</style>
<h1>${title}</h1>${body}<p><small>The emulator's stand-in for Cognito's login pages.</small></p></html>`;
}

const joined = (parts: readonly Html[]) => new Html(parts.map(({ text }) => text).join(""));

const escapeHtml = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
