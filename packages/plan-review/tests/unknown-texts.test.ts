import { expect, it } from "vitest";
import type { Json } from "../../preflight/tests/support/rules.ts";
import { change, planWith, reviewOf } from "./support/review.ts";

const container = (name: string, more: object = {}) => ({
  name,
  image: `${name}:1`,
  environment: [{ name: "RAILS_ENV", value: "production" }],
  secrets: [{ name: "DATABASE_URL", valueFrom: "arn:aws:ssm:a:1:parameter/x" }],
  command: ["x".repeat(2000)],
  ...more,
});

/** A task that takes a new secret. */
function withNewSecret(module: string, definitions: string, references: readonly string[]): Json {
  const task = change(
    `${module}aws_ecs_task_definition.app`,
    { family: "app", container_definitions: definitions },
    { family: "app" },
    {
      actions: ["delete", "create"],
      change: { after_unknown: { container_definitions: true }, replace_paths: [["container_definitions"]] },
    },
  );
  const secrets = [
    change(`${module}aws_secretsmanager_secret.stripe`, null, { name: "stripe" }),
    change(`${module}aws_secretsmanager_secret.old`, { name: "old" }, { name: "old" }),
  ];
  const resources = [
    { type: "aws_ecs_task_definition", name: "app", expressions: { container_definitions: { references } } },
  ];
  const configuration = module
    ? { root_module: { module_calls: { service: { module: { resources } } } } }
    : { root_module: { resources } };
  return planWith([task, ...secrets], { configuration });
}

async function forcingOf(plan: Json) {
  const { changes } = await reviewOf(plan);
  return changes.find(({ address }) => address.endsWith("task_definition.app"))?.forcing;
}

const REFERENCES = [
  "aws_secretsmanager_secret.stripe.arn",
  "aws_secretsmanager_secret.stripe",
  "aws_secretsmanager_secret.old.arn",
  "aws_secretsmanager_secret.old",
  "var.image",
];

it.each(["", "module.service."])("a new secret shows what is known of the containers: %s", async (module) => {
  const definitions = JSON.stringify([container("app"), container("nginx", { secrets: [] })]);
  expect(await forcingOf(withNewSecret(module, definitions, REFERENCES))).toEqual([
    {
      path: "container_definitions",
      before: "2 containers: app, nginx",
      after: "(known after apply, with aws_secretsmanager_secret.stripe.arn (create))",
    },
    {
      path: "container_definitions[app]",
      before: '{"image":"app:1","environment":["RAILS_ENV"],"secrets":["DATABASE_URL"]}',
      after: "(known after apply)",
    },
    {
      path: "container_definitions[nginx]",
      before: '{"image":"nginx:1","environment":["RAILS_ENV"],"secrets":[]}',
      after: "(known after apply)",
    },
  ]);
});

it("what a module is given is named, where the plan leads no further", async () => {
  const found = await forcingOf(withNewSecret("", JSON.stringify([container("app")]), ["var.secrets", "var.image"]));
  expect(found?.[0]).toMatchObject({
    before: "1 container: app",
    after: "(known after apply, with var.secrets, var.image)",
  });
});

it("a text that Terraform marks as sensitive is not told of", async () => {
  const plan = withNewSecret("", JSON.stringify([container("app")]), REFERENCES);
  plan.resource_changes[0].change.before_sensitive = { container_definitions: true };
  expect(await forcingOf(plan)).toEqual([expect.objectContaining({ before: "(sensitive)" })]);
});

it("a secret in an image's address is not shown", async () => {
  const definitions = JSON.stringify([container("app", { image: "https://me:hunter2x@registry/app" })]);
  expect(JSON.stringify(await forcingOf(withNewSecret("", definitions, REFERENCES)))).not.toContain("hunter2x");
});
