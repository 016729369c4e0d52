import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Grants } from "../../../../tools/local/service/hosted-login/grants.ts";
import { errorPage, stepPage } from "../../../../tools/local/service/hosted-login/pages.ts";

describe("an authorization code", () => {
  const grant = { clientId: "client", redirectUri: "https://example.com/", challenge: undefined, tokens: {} };
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is good for five minutes", () => {
    const grants = new Grants();
    const code = grants.give(grant);
    vi.setSystemTime(Date.now() + 5 * 60_000 + 1);
    expect(grants.take(code, "client", "https://example.com/", undefined)).toBeUndefined();
  });

  it("is kept for its client when another one asks for it", () => {
    const grants = new Grants();
    const code = grants.give(grant);
    expect(grants.take(code, "another", "https://example.com/", undefined)).toBeUndefined();
    expect(grants.take(code, "client", "https://example.com/", undefined)).toBe(grant.tokens);
  });
});

describe("a login page", () => {
  const hostile = `"><script>alert('&')</script>`;
  const shown = "&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;";

  it("shows any text as text", () => {
    expect(errorPage(hostile).text).toContain(shown);
    const { text } = stepPage("SOFTWARE_TOKEN_MFA", { username: hostile }, hostile);
    expect(text).toContain(`value="${shown}"`);
    expect(text).toContain(`<p role="alert">${shown}</p>`);
    expect(text).not.toContain("<script>");
  });
});
