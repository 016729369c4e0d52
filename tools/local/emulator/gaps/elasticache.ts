import type { Call } from "../call.ts";
import type { Moto } from "./gap.ts";
import { queryReply, type Xml } from "./replies.ts";

export const service = "elasticache";

const version = "2015-02-02";
const motoAccount = "123456789012";

/** A good answer to an ElastiCache call. */
export function cacheReply(call: Call, result: Xml) {
  return queryReply(call, `http://elasticache.amazonaws.com/doc/${version}/`, result);
}

/** The ARN that moto itself would have given. */
export function cacheArn(call: Call, kind: "replicationgroup" | "subnetgroup" | "cluster", name: string): string {
  return `arn:aws:elasticache:${call.region}:${motoAccount}:${kind}:${name}`;
}

/** The values of a list in a form, such as `SubnetIds.SubnetIdentifier.1`, `….2`. */
export function listOf(form: URLSearchParams, name: string): string[] {
  return [...form].filter(([key]) => key.startsWith(`${name}.`)).map(([, value]) => value);
}

/** Hands the tags of a create call to moto, which keeps tags by ARN whether or not it knows the thing itself. */
export async function keepTags(call: Call, moto: Moto, arn: string): Promise<void> {
  const tags = [...call.parameters].filter(([key]) => key.startsWith("Tags."));
  if (tags.length === 0) return;
  await moto.query(call, service, version, {
    Action: "AddTagsToResource",
    ResourceName: arn,
    ...Object.fromEntries(tags),
  });
}
