import { createHmac } from "node:crypto";
import type { Gap, Moto } from "../gap.ts";
import { type AskMoto, cognitoOf, type Fields, invalid, notAuthorized, Refusal, regionOf } from "./backend.ts";

/** An app client and its user pool, as they are deployed at this moment. */
export interface Client {
  readonly id: string;
  readonly secret: string | undefined;
  /** As `DescribeUserPoolClient` shows it. */
  readonly settings: Fields;
  readonly poolId: string;
  /** As `DescribeUserPool` shows it. */
  readonly pool: Fields;
  readonly ask: AskMoto;
}

/** Which pool each app client belongs to: public calls name the client only, and moto can't be asked for it. */
export class Clients {
  private readonly pools = new Map<string, string>();

  /** The call that makes a client. */
  readonly creation: Gap = {
    service: "cognito-idp",
    action: "CreateUserPoolClient",
    why: "moto can't be asked which user pool a client belongs to, and calls without a signature name the client only",
    standIn: "moto's own answer; the pool of the client is kept",
    answer: async (call, moto) => {
      const reply = await moto.forward(call);
      const { UserPoolClient: made } = JSON.parse(reply.body.toString("utf8"));
      if (made) this.pools.set(made.ClientId, made.UserPoolId);
      return reply;
    },
  };

  /** @throws {Refusal} when there is no such client */
  async find(clientId: string, moto: Moto): Promise<Client> {
    const poolId = this.pools.get(clientId);
    if (!poolId) throw notThere(clientId);
    const ask = cognitoOf(moto, regionOf(poolId));
    const { UserPoolClient: settings } = await ask("DescribeUserPoolClient", {
      UserPoolId: poolId,
      ClientId: clientId,
    }).catch(() => {
      throw notThere(clientId);
    });
    const { UserPool: pool } = await ask("DescribeUserPool", { UserPoolId: poolId });
    return { id: clientId, secret: settings.ClientSecret, settings, poolId, pool, ask };
  }

  /** The client of a call for a user, which has proven itself. @throws {Refusal} when it has not */
  async prove({ ClientId, Username, SecretHash }: Fields, moto: Moto): Promise<Client> {
    const client = await this.find(ClientId, moto);
    checkSecretHash(client, Username, SecretHash);
    return client;
  }
}

/** What a client with a secret proves itself with. */
export function secretHash({ id, secret }: Pick<Client, "id" | "secret">, username: string): string {
  return createHmac("sha256", secret ?? "")
    .update(`${username}${id}`)
    .digest("base64");
}

/** @throws {Refusal} when the client has a secret and the hash is missing or wrong, or the other way round */
export function checkSecretHash(client: Client, username: string, hash: string | undefined): void {
  const { id, secret } = client;
  if (secret === undefined && hash === undefined) return;
  if (hash === undefined) {
    throw notAuthorized(`Client ${id} is configured with secret but SECRET_HASH was not received`);
  }
  const isRight = secret !== undefined && hash === secretHash(client, username);
  if (!isRight) throw notAuthorized(`Unable to verify secret hash for client ${id}`);
}

/** What a client allows that names no flows. */
const DEFAULT_FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

/** Flows by their older names. */
const OLDER: Readonly<Record<string, string>> = {
  ADMIN_NO_SRP_AUTH: "ADMIN_USER_PASSWORD_AUTH",
  CUSTOM_AUTH_FLOW_ONLY: "CUSTOM_AUTH",
  REFRESH_TOKEN: "REFRESH_TOKEN_AUTH",
};

/** @throws {Refusal} when the client does not allow the flow */
export function checkFlow({ settings }: Client, asked: string): void {
  const flow = OLDER[asked] ?? asked;
  const listed: string[] = settings.ExplicitAuthFlows?.length ? settings.ExplicitAuthFlows : DEFAULT_FLOWS;
  const allowed = listed.map((name) => OLDER[name] ?? name.replace(/^ALLOW_/, ""));
  const areOlder = !listed.some((name) => name.startsWith("ALLOW_"));
  if (allowed.includes(flow) || (areOlder && flow === "REFRESH_TOKEN_AUTH")) return;
  if (/^(USER_SRP|CUSTOM)_AUTH$/.test(flow)) throw invalid(`${flow} is not enabled for the client.`);
  throw invalid(`${flow.startsWith("ADMIN_") ? "Auth" : flow} flow not enabled for this client`);
}

const notThere = (clientId: string) =>
  new Refusal("ResourceNotFoundException", `User pool client ${clientId} does not exist.`);
