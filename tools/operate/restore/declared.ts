import { UserError } from "@operation-app/preflight/input";
import * as z from "zod";
import type { Environment } from "../../../environments/schema/index.ts";
import type { State, StateInstance } from "../../lib/terraform/state-file.ts";

/** The instance of the database as Terraform's state has it: what a restored one has to be like. */
export interface Declared {
  readonly identifier: string;
  /** `DbiResourceId`, which stays when the instance gets another name. */
  readonly resourceId: string;
  readonly databaseName: string;
  /** Attributes of `aws_db_instance`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

const INSTANCE = { type: "aws_db_instance", name: "database_mysql" };
const ROTATION = { type: "aws_secretsmanager_secret_rotation", name: "database_password_rotation" };

/** The types of what a state has of the instance itself. */
export const MOVED_TYPES: readonly string[] = [INSTANCE.type, ROTATION.type];

/** Address of the instance in a plan. */
export const INSTANCE_ADDRESS = `${INSTANCE.type}.${INSTANCE.name}`;

const attributesSchema = z.looseObject({ identifier: z.string(), resource_id: z.string(), db_name: z.string() });

/** @throws UserError where the state has no instance */
export function declaredInstance(state: State | undefined, { name }: Environment): Declared {
  const found = state?.resources.find((resource) => isOf(resource, INSTANCE))?.instances.find(isStanding);
  const { data } = attributesSchema.safeParse(found?.attributes);
  if (!data) throw new UserError(`The state of ${name} has no database. Run: bin/infra apply ${name}`);
  const { identifier, resource_id: resourceId, db_name: databaseName } = data;
  return { identifier, resourceId, databaseName, attributes: data };
}

/**
 * A state whose instance is another one, by the same address: the provider reads all else from AWS by the id.
 *
 * Not `terraform import`: that loses what AWS does not tell, such as `skip_final_snapshot`, so the next plan would change it.
 *
 * @param secretArn of the password that RDS keeps for the instance
 */
export function withInstance(state: State, resourceId: string, secretArn: string): State {
  const changes = [
    { of: INSTANCE, attributes: { id: resourceId, resource_id: resourceId } },
    { of: ROTATION, attributes: { id: secretArn, secret_id: secretArn } },
  ];
  const resources = state.resources.map((resource) => {
    const change = changes.find(({ of }) => isOf(resource, of));
    if (!change) return resource;
    const changed = (instance: StateInstance) =>
      isStanding(instance) ? { ...instance, attributes: { ...instance.attributes, ...change.attributes } } : instance;
    return { ...resource, instances: resource.instances.map(changed) };
  });
  return { ...state, serial: state.serial + 1, resources };
}

function isOf(resource: State["resources"][number], { type, name }: typeof INSTANCE): boolean {
  return resource.mode === "managed" && resource.type === type && resource.name === name;
}

function isStanding({ deposed }: StateInstance): boolean {
  return deposed === undefined;
}
