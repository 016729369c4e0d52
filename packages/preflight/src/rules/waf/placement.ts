import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { Expression, text } from "../../graph/value.ts";
import { kindOf, lbPlace } from "../../network/load-balancers.ts";
import { regionOf } from "../../network/places.ts";
import type { KindOfProblem } from "../../rule.ts";
import { ownRegion } from "../shared/attributes.ts";

export const ACL = "aws_wafv2_web_acl";
export const ASSOCIATION = "aws_wafv2_web_acl_association";
export const DISTRIBUTION = "aws_cloudfront_distribution";

/** What is wrong with a web ACL and what it stands in front of. */
interface Placed {
  readonly kind: KindOfProblem<"scope" | "distribution" | "region" | "kind" | "id">["kind"];
  readonly message: string;
  readonly fix: string;
  readonly attribute?: string;
}

export function associationProblem(graph: Graph, association: Resource): Placed | undefined {
  const arn = association.get("resource_arn");
  const distribution = linkedResource(arn, DISTRIBUTION);
  const literal = text(arn);
  if (distribution || /^arn:[^:]*:cloudfront:/.test(literal ?? "")) {
    return {
      kind: "distribution",
      message: `is for ${distribution?.address ?? `"${literal}"`}, a distribution of CloudFront.`,
      fix: "Take the association out, and set web_acl_id of the distribution to the ARN of the web ACL.",
      attribute: "resource_arn",
    };
  }
  const lb = linkedResource(arn, "aws_lb", "aws_alb");
  const kind = lb && kindOf(lb);
  if (lb && kind !== undefined && kind !== "application") {
    return {
      kind: "kind",
      message: `is for ${lb.address}, a ${kind} load balancer.`,
      fix: "Put the web ACL in front of an application load balancer.",
      attribute: "resource_arn",
    };
  }
  const acl = linkedResource(association.get("web_acl_arn"), ACL);
  if (!acl) return undefined;
  if (text(acl.get("scope")) === "CLOUDFRONT") {
    return {
      kind: "scope",
      message: `puts ${acl.address}, whose scope is CLOUDFRONT, in front of ${lb?.address ?? "something that is no distribution"}.`,
      fix: `Set scope of ${acl.address} to "REGIONAL".`,
      attribute: "web_acl_arn",
    };
  }
  return lb && regionProblem(graph, acl, lb);
}

function regionProblem(graph: Graph, acl: Resource, lb: Resource): Placed | undefined {
  const regions = new Set(lbPlace(graph, lb).subnets.subnets.map(regionOf));
  const home = ownRegion(lb) ?? (regions.size === 1 ? [...regions][0] : undefined);
  const region = ownRegion(acl);
  if (home === undefined || region === undefined || home === region) return undefined;
  return {
    kind: "region",
    message: `puts ${acl.address}, which is in ${region}, in front of ${lb.address}, which is in ${home}.`,
    fix: `Create the web ACL in ${home}.`,
    attribute: "web_acl_arn",
  };
}

export function distributionProblem(distribution: Resource): Placed | undefined {
  const value = distribution.get("web_acl_id");
  const acl = linkedResource(value, ACL);
  if (!acl) return undefined;
  if (text(acl.get("scope")) === "REGIONAL") {
    return {
      kind: "scope",
      message: `has ${acl.address}, whose scope is REGIONAL, as web_acl_id.`,
      fix: `Set scope of ${acl.address} to "CLOUDFRONT", and create it in us-east-1.`,
    };
  }
  const attribute = value instanceof Expression ? value.only?.attribute : undefined;
  if (attribute !== "id") return undefined;
  return { kind: "id", message: `has the id of ${acl.address} as web_acl_id.`, fix: `Write \${${acl.address}.arn}.` };
}
