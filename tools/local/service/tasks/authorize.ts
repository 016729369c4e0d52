import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
}

/** Takes a role on for a task. @throws Error in AWS's words where its trust policy does not let ECS */
export async function assume(iam: IAMClient, roleArn: string): Promise<void> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: nameOf(roleArn) })).catch(() => ({ Role: undefined }));
  if (decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "").includes("ecs-tasks.amazonaws.com")) return;
  throw new Error(
    `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
  );
}

/**
 * Asks whether the deployed policies of a role let it do something. Conditions and permissions boundaries are not looked at,
 * and neither are policies of resources.
 *
 * @param resource an ARN, or `log-group:<name>`
 * @throws Error in AWS's words where they do not
 */
export async function authorize(iam: IAMClient, roleArn: string, action: string, resource: string): Promise<void> {
  const role = nameOf(roleArn);
  const statements = await statementsOf(iam, role);
  const applies = (statement: Statement) => covers(statement, action, resource);
  const isDenied = statements.some((statement) => statement.Effect === "Deny" && applies(statement));
  if (!isDenied && statements.some((statement) => statement.Effect === "Allow" && applies(statement))) return;
  const [, , , , account = ""] = roleArn.split(":");
  throw new Error(
    `AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/${role}/task is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

const nameOf = (roleArn: string) => roleArn.split("/").at(-1) ?? "";

async function statementsOf(iam: IAMClient, RoleName: string): Promise<Statement[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const documents = [
    ...PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return PolicyDocument;
    }),
    ...AttachedPolicies.map(async ({ PolicyArn }) => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const version = new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId });
      return (await iam.send(version)).PolicyVersion?.Document;
    }),
  ];
  return (await Promise.all(documents)).flatMap((document = "") => {
    const { Statement } = JSON.parse(decodeURIComponent(document)) as { Statement: Statement | Statement[] };
    return Statement;
  });
}

function covers(statement: Statement, action: string, resource: string): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const isAction = NotAction ? !someMatches(NotAction, action, "i") : someMatches(Action, action, "i");
  const isResource = NotResource ? !someMatches(NotResource, resource) : someMatches(Resource, resource);
  return isAction && isResource;
}

function someMatches(patterns: string | readonly string[] = [], text: string, flags = ""): boolean {
  return [patterns].flat().some((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    // Of a log group, only the name is known here.
    return (
      new RegExp(`^${source}$`, flags).test(text) || (text.startsWith("log-group:") && pattern.includes(`:${text}:`))
    );
  });
}
