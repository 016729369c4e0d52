import type { Gap } from "../gap.ts";
import { Authenticators } from "./authenticators.ts";
import { Clients } from "./clients.ts";
import { domainCalls } from "./domains.ts";
import { forgottenPasswordCalls } from "./forgotten-password.ts";
import { invitationCalls } from "./invitation.ts";
import { Login, loginCalls } from "./login.ts";
import type { Send } from "./mail.ts";
import { passwordCalls } from "./passwords.ts";
import { Sessions } from "./sessions.ts";
import { signUpCalls } from "./sign-up.ts";
import { SoftwareToken, softwareTokenCalls } from "./software-token.ts";

/** What moto lacks of Cognito. What it remembers belongs to one emulator. */
export interface Cognito {
  readonly gaps: readonly Gap[];
  readonly clients: Clients;
  readonly login: Login;
  readonly softwareToken: SoftwareToken;
}

/** @param send is given what Cognito would send by e-mail or SMS */
export function createCognito(send: Send): Cognito {
  const clients = new Clients();
  const sessions = new Sessions();
  const authenticators = new Authenticators();
  const login = new Login(sessions, authenticators);
  const softwareToken = new SoftwareToken(sessions, authenticators);
  const gaps = [
    clients.creation,
    ...signUpCalls(clients, send),
    ...loginCalls(clients, login),
    ...softwareTokenCalls(softwareToken),
    ...forgottenPasswordCalls(clients, send),
    ...passwordCalls(),
    ...invitationCalls(send),
    ...domainCalls(),
  ];
  return { gaps, clients, login, softwareToken };
}
