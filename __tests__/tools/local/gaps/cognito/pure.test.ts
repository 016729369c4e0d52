import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../../../../packages/preflight/tests/support/temporary.ts";
import { Authenticators } from "../../../../../tools/local/emulator/gaps/cognito/authenticators.ts";
import type { Client } from "../../../../../tools/local/emulator/gaps/cognito/clients.ts";
import { checkFlow } from "../../../../../tools/local/emulator/gaps/cognito/clients.ts";
import { Codes, deliveryDetails, outbox } from "../../../../../tools/local/emulator/gaps/cognito/mail.ts";
import { checkPassword } from "../../../../../tools/local/emulator/gaps/cognito/password-policy.ts";
import { Sessions } from "../../../../../tools/local/emulator/gaps/cognito/sessions.ts";
import type { User } from "../../../../../tools/local/emulator/gaps/cognito/users.ts";

const client = (settings: object) => ({ id: "client", settings }) as Client;
const user = { sub: "sub", username: "taro" } as User;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-01-01T00:00:10Z") });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1_000);

describe("the session of a challenge", () => {
  it.each([
    ["three minutes", {}, 3],
    ["as long as the client says", { AuthSessionValidity: 15 }, 15],
  ])("lasts %s", (_, settings, minutes) => {
    const sessions = new Sessions();
    const session = sessions.begin({ client: client(settings), user, next: "MFA_SETUP" });
    pass(minutes * 60);
    expect(sessions.find(session, "MFA_SETUP").user).toBe(user);
    pass(1);
    expect(() => sessions.find(session, "MFA_SETUP")).toThrow("Invalid session for the user, session is expired.");
  });
});

describe("an authenticator app", () => {
  const registered = () => {
    const authenticators = new Authenticators();
    const totp = new TOTP({ secret: Secret.fromBase32(authenticators.offer("sub")) });
    authenticators.register("sub", totp.generate());
    pass(300);
    return { authenticators, totp };
  };
  const codeAt = (totp: TOTP, seconds: number) => totp.generate({ timestamp: Date.now() + seconds * 1_000 });

  it.each([-30, 0, 30])("gives a code that is accepted %i seconds from now, once", (seconds) => {
    const { authenticators, totp } = registered();
    const code = codeAt(totp, seconds);
    authenticators.check("sub", code);
    expect(() => authenticators.check("sub", code)).toThrow("Your software token has already been used once.");
  });

  it.each([-60, 60])("gives a code that is refused %i seconds from now", (seconds) => {
    const { authenticators, totp } = registered();
    expect(() => authenticators.check("sub", codeAt(totp, seconds))).toThrow("Invalid code received for user");
  });

  it("gives no second login with the code that registered it", () => {
    const authenticators = new Authenticators();
    const totp = new TOTP({ secret: Secret.fromBase32(authenticators.offer("sub")) });
    authenticators.register("sub", totp.generate());
    expect(() => authenticators.check("sub", totp.generate())).toThrow("already been used once");
  });

  it("has a secret as long as Cognito's", () => {
    expect(new Authenticators().offer("sub")).toMatch(/^[A-Z2-7]{52}$/);
  });

  it("stays the user's until a code of another one is given", () => {
    const { authenticators, totp } = registered();
    authenticators.offer("sub");
    authenticators.check("sub", totp.generate());
  });

  it.each(["", "12345", "abcdef"])("does not give the code %o", (code) => {
    const { authenticators } = registered();
    expect(() => authenticators.check("sub", code)).toThrow("Invalid code received for user");
  });
});

describe("a password policy", () => {
  it.each([
    ["Aa1!aaa", undefined, "Password not long enough"],
    ["Aa!!aaaa", undefined, "Password must have numeric characters"],
    ["aa1!aaaa", undefined, "Password must have uppercase characters"],
    ["AA1!AAAA", undefined, "Password must have lowercase characters"],
    ["Aa11aaaa", undefined, "Password must have symbol characters"],
    ["short", { MinimumLength: 6 }, "Password not long enough"],
  ])("does not allow %s", (password, PasswordPolicy, problem) => {
    expect(() => checkPassword({ Policies: { PasswordPolicy } }, password)).toThrow(
      `Password did not conform with policy: ${problem}`,
    );
  });

  it("allows what it does not forbid", () => {
    checkPassword({}, "Aa1!aaaa");
    checkPassword({ Policies: { PasswordPolicy: { MinimumLength: 6 } } }, "simple");
    checkPassword({ Policies: { PasswordPolicy: { MinimumLength: 6, RequireSymbols: false } } }, "simple");
  });
});

describe("an auth flow", () => {
  it.each([
    ["USER_SRP_AUTH", undefined],
    ["REFRESH_TOKEN", ["ALLOW_REFRESH_TOKEN_AUTH"]],
    ["ADMIN_NO_SRP_AUTH", ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]],
    ["ADMIN_USER_PASSWORD_AUTH", ["ADMIN_NO_SRP_AUTH"]],
    ["REFRESH_TOKEN_AUTH", ["USER_PASSWORD_AUTH"]],
  ])("%s is allowed by %j", (flow, ExplicitAuthFlows) => {
    checkFlow(client({ ExplicitAuthFlows }), flow);
  });

  it.each([
    ["USER_PASSWORD_AUTH", undefined, "USER_PASSWORD_AUTH flow not enabled for this client"],
    ["USER_SRP_AUTH", ["ALLOW_USER_PASSWORD_AUTH"], "USER_SRP_AUTH is not enabled for the client."],
    ["ADMIN_USER_PASSWORD_AUTH", ["ALLOW_USER_PASSWORD_AUTH"], "Auth flow not enabled for this client"],
    ["REFRESH_TOKEN_AUTH", ["ALLOW_USER_PASSWORD_AUTH"], "REFRESH_TOKEN_AUTH flow not enabled for this client"],
  ])("%s is not allowed by %j", (flow, ExplicitAuthFlows, message) => {
    expect(() => checkFlow(client({ ExplicitAuthFlows }), flow)).toThrow(message);
  });
});

describe("a code that is sent", () => {
  it("is good for its time", () => {
    const codes = new Codes(1);
    const code = codes.make(user, { to: "taro@example.com", attribute: "email" });
    pass(3_601);
    expect(() => codes.check(user, code)).toThrow("Invalid code provided, please request a code again.");
  });

  it.each([
    ["email", "taro@example.com", "t***@e***"],
    ["phone_number", "+81312345678", "+*******5678"],
  ] as const)("goes to an address of which little is told: %s", (attribute, to, Destination) => {
    expect(deliveryDetails({ attribute, to })).toMatchObject({ AttributeName: attribute, Destination });
  });

  it("is written into a file of the receiver, whatever the address, and into the log", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const directory = join(temporaryDirectory(), "mail");
    const send = outbox(directory);
    send({ to: "../taro@example.com", subject: "Your verification code", text: "123456" });
    send({ to: "../taro@example.com", subject: "Your verification code", text: "654321" });
    const mails = readFileSync(join(directory, ".._taro@example.com.txt"), "utf8");
    expect(mails).toMatch(/To: .*\nSubject: Your verification code\n\n123456\n[\s\S]*654321/);
    expect(log).toHaveBeenCalledTimes(2);
    log.mockRestore();
  });
});
