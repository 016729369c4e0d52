import type { State, StateInstance, StateResource } from "../../tools/lib/terraform/state-file.ts";

export const POOL_ID = "ap-northeast-1_Pool1";
export const AWS = 'provider["registry.terraform.io/hashicorp/aws"]';

/** What a test says of an object in a state; the rest is usual. */
export interface Sketch {
  readonly module?: string;
  readonly type?: string;
  readonly name?: string;
  readonly key?: string | number;
  readonly provider?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly instance?: Partial<StateInstance>;
}

/** A resource with one instance. */
export function resource({ module, type = "aws_cognito_user_pool", name = "this", key, ...of }: Sketch): StateResource {
  return {
    ...(module && { module }),
    mode: "managed",
    type,
    name,
    provider: of.provider ?? AWS,
    instances: [
      {
        ...(key !== undefined && { index_key: key }),
        schema_version: 0,
        attributes: { ...of.attributes },
        ...of.instance,
      },
    ],
  };
}

export const pool = (of: Sketch = {}) =>
  resource({ ...of, attributes: { id: POOL_ID, name: "users", tags_all: {}, ...of.attributes } });

export const client = (of: Sketch = {}) =>
  resource({
    type: "aws_cognito_user_pool_client",
    ...of,
    attributes: {
      id: "client1",
      name: "rails",
      user_pool_id: POOL_ID,
      client_secret: CLIENT_SECRET,
      generate_secret: true,
      ...of.attributes,
    },
  });

/** Of this pool, with its own id. */
export const ofPool = (type: string, id: string, of: Sketch = {}) =>
  resource({ type, ...of, attributes: { id, user_pool_id: POOL_ID, ...of.attributes } });

export const CLIENT_SECRET = "the-secret-of-the-client";

export function state(...resources: StateResource[]): State {
  return { version: 4, terraform_version: "1.11.4", serial: 7, lineage: "old-lineage", outputs: {}, resources };
}
