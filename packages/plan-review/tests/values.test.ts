import { describe, expect, it } from "vitest";
import type { Json } from "../../preflight/tests/support/rules.ts";
import { jsonReview } from "../src/report/json.ts";
import { markdownReview } from "../src/report/markdown.ts";
import { textReview } from "../src/report/text.ts";
import { isDeployed } from "../src/review.ts";
import { change, parsed, planWith, reviewOf } from "./support/review.ts";

/** What changes in one attribute, as `path: before → after`. */
async function differences(before: Json, after: Json, more: Json = {}): Promise<string[]> {
  const { changes } = await reviewOf([change("aws_x.a", before, after, { actions: ["update"], change: more })]);
  return (changes[0]?.differences ?? []).map((one) => `${one.path}: ${one.before} → ${one.after}`);
}

describe("an update shows", () => {
  it.each<[string, Json, Json, string[]]>([
    ["an attribute", { a: 1, b: 1 }, { a: 2, b: 1 }, ["a: 1 → 2"]],
    ["what is in a block", { a: [{ b: 1, c: 1 }] }, { a: [{ b: 2, c: 1 }] }, ["a.0.b: 1 → 2"]],
    ["what comes into a list, wherever", { a: ["x", "y"] }, { a: ["z", "x", "y"] }, ['a: (none) → "z"']],
    ["a block that goes", { a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 2 }] }, ['a: {"b":1} → (none)']],
    [
      "blocks by their name",
      {
        a: [
          { name: "x", v: 1 },
          { name: "y", v: 1 },
        ],
      },
      {
        a: [
          { name: "y", v: 1 },
          { name: "x", v: 2 },
        ],
      },
      ["a[x].v: 1 → 2"],
    ],
    ["other JSON by its path", { a: '{"b":{"c":1},"d":1}' }, { a: '{"d":1,"b":{"c":2}}' }, ["a.b.c: 1 → 2"]],
    ["what becomes JSON", { a: "x" }, { a: '{"b":1}' }, ['a: "x" → "{\\"b\\":1}"']],
  ])("%s", async (_, before, after, expected) => {
    expect(await differences(before, after)).toEqual(expected);
  });

  it("what is known after apply, however deep", async () => {
    const unknown = { after_unknown: { a: true, b: [{ c: true }] } };
    expect(await differences({ a: "x", b: [{ c: 1, d: 1 }] }, { b: [{ d: 1 }] }, unknown)).toEqual([
      'a: "x" → (known after apply)',
      "b.0.c: 1 → (known after apply)",
    ]);
  });

  it("JSON that is nested too deep as the text that it is", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    expect(await differences({ policy: "a" }, { policy: deep })).toEqual([
      expect.stringContaining('policy: "a" → "[[['),
    ]);
  });

  it("keys that every object has, such as __proto__ and constructor", async () => {
    const map = (text: string) => JSON.parse(`{"map":${text}}`);
    expect(
      await differences(
        map('{"__proto__":{"a":1},"constructor":"c","x":"1"}'),
        map('{"__proto__":{"a":2},"toString":"s","x":"1"}'),
        { after_unknown: JSON.parse('{"__proto__":true}') },
      ),
    ).toEqual([
      "__proto__: (none) → (known after apply)",
      "map.__proto__.a: 1 → 2",
      'map.constructor: "c" → (none)',
      'map.toString: (none) → "s"',
    ]);
  });

  it("containers field by field, variables and secrets by their names", async () => {
    const key = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:app/KEY-AbCdEf";
    const definitions = (image: string, env: Json[], secrets: Json[], more: object = {}) =>
      JSON.stringify([
        { name: "nginx", image: "nginx:1" },
        { name: "app", image, environment: env, secrets, ...more },
      ]);
    const before = definitions(
      "app:1",
      [
        { name: "A", value: "1" },
        { name: "B", value: "1" },
      ],
      [],
      {
        cpu: 0,
        essential: true,
        mountPoints: [],
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
      },
    );
    const after = definitions(
      "app:2",
      [
        { name: "B", value: "2" },
        { name: "C", value: "1" },
      ],
      [{ name: "KEY", valueFrom: key }],
      {
        portMappings: [{ containerPort: 80 }],
        command: ["x"],
      },
    );
    expect(await differences({ container_definitions: before }, { container_definitions: after })).toEqual([
      'container_definitions[app].command: (none) → ["x"]',
      'container_definitions[app].environment[A]: "1" → (none)',
      'container_definitions[app].environment[B]: "1" → "2"',
      'container_definitions[app].environment[C]: (none) → "1"',
      'container_definitions[app].image: "app:1" → "app:2"',
      `container_definitions[app].secrets[KEY]: (none) → "${key}"`,
    ]);
  });

  it("policies statement by statement, whatever their order and form", async () => {
    const policy = (...statements: Json[]) => ({
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
    const read = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
    const list = { Effect: "Allow", Action: ["s3:ListBucket", "s3:ListAllMyBuckets"], Resource: "*" };
    const turned = { Effect: "Allow", Action: ["s3:ListAllMyBuckets", "s3:ListBucket"], Resource: ["*"] };
    const wider = { ...read, Action: ["s3:GetObject", "s3:PutObject"] };
    expect(await differences(policy(read, list), policy(turned, wider))).toEqual([
      'policy.Statement[Read].Action: (none) → "s3:PutObject"',
    ]);
    expect(await differences(policy(list), policy(list, { ...read, Sid: "More" }))).toEqual([
      expect.stringMatching(/^policy\.Statement\[More\]: \(none\) → \{"Sid":"More"/),
    ]);
  });
});

describe("a secret is in no report", () => {
  const HIDDEN = "hidden-1";
  const CHANGED = "hidden-2";
  const JWT = `eyJhbGciOiJIUzI1NiJ9.${HIDDEN}.x`;
  const containers = (env: Json[], more: object = {}) => ({
    container_definitions: JSON.stringify([{ name: "app", image: "app", environment: env, ...more }]),
  });
  const update = (before: Json, after: Json, more: Json = {}) =>
    planWith([change("aws_x.a", before, after, { actions: ["update"], change: more })]);

  it.each<[string, Json]>([
    ["that is marked on either side", update({ a: HIDDEN }, { a: "x" }, { before_sensitive: { a: true } })],
    ["that is marked on the other side", update({ a: HIDDEN }, { a: "x" }, { after_sensitive: { a: true } })],
    ["that is marked as a whole", update({ a: HIDDEN }, { a: CHANGED }, { after_sensitive: true })],
    ["in a map that is marked", update({ a: { [HIDDEN]: 1 } }, { a: {} }, { before_sensitive: { a: true } })],
    [
      "in JSON that is marked",
      update({ a: `{"b":"${HIDDEN}"}` }, { a: '{"b":"x"}' }, { after_sensitive: { a: true } }),
    ],
    [
      "that moves in its list",
      update({ a: ["x", HIDDEN] }, { a: [HIDDEN] }, { before_sensitive: { a: [false, true] } }),
    ],
    ["that goes to where it is not marked", update({ a: HIDDEN }, { b: HIDDEN }, { before_sensitive: { a: true } })],
    ["by its name", update({ db_password: HIDDEN }, { db_password: CHANGED })],
    ["by its name, though it looks like a path", update({ secret_key: `/${HIDDEN}/x` }, { secret_key: "x" })],
    ["by its name in JSON", update({ a: `{"api_key":"${HIDDEN}"}` }, { a: `{"api_key":"${CHANGED}"}` })],
    ["by its name in JSON in JSON", update({ a: "" }, { a: JSON.stringify({ b: JSON.stringify({ token: HIDDEN }) }) })],
    ["in user data", update({ user_data: `#!/bin/sh\n${HIDDEN}` }, { user_data: CHANGED })],
    ["by the name beside it", update({ parameter: [{ name: "admin_password", value: HIDDEN }] }, { parameter: [] })],
    ["in a variable of a container", update(containers([{ name: "RAILS_MASTER_KEY", value: HIDDEN }]), containers([]))],
    ["in a container that comes", update({ x: 1 }, containers([{ name: "DB_PASSWORD", value: HIDDEN }]))],
    ["in a variable with a short name", update(containers([{ name: "PGPASS", value: HIDDEN }]), containers([]))],
    ["in a header", update(containers([{ name: "AUTH", value: `Bearer ${HIDDEN}` }]), containers([]))],
    ["in a hook", update({ endpoint: `https://hooks.slack.com/services/T0/B0/${HIDDEN}` }, { endpoint: "x" })],
    ["in an address with slashes", update({ a: `mysql://app:/${HIDDEN}/@db/app` }, { a: "x" })],
    ["in an address", update({ a: `mysql://app:${HIDDEN}@db/app` }, { a: "x" })],
    ["in a command", update(containers([], { command: ["run", `--password=${HIDDEN}`] }), containers([]))],
    ["after its option", update(containers([], { command: ["run", "--token", HIDDEN] }), containers([]))],
    [
      "in a command of a shell",
      update(containers([], { command: ["sh", "-c", `app --db-password ${HIDDEN}`] }), containers([])),
    ],
    [
      "in a parameter, by the parameter's name",
      update(
        { name: "/app/db/password", insecure_value: HIDDEN },
        { name: "/app/db/password", insecure_value: CHANGED },
      ),
    ],
    ["in a list that is a command", update({ a: [] }, { a: ["redis-cli", "-h", "cache", "-a", HIDDEN, "ping"] })],
    ["that is joined to its option", update({ a: [] }, { a: ["mysql", "-u", "app", `-p${HIDDEN}`] })],
    ["under a key of any kind, where it is random", update({ a: { STRIPE_KEY: `${HIDDEN}x4k9q2m7w1` } }, { a: {} })],
    [
      "in the value of a rule's header",
      update({ a: [] }, { a: [{ http_header_name: "X-Origin-Verify", values: [HIDDEN] }] }),
    ],
    [
      "of a parameter that is encrypted, marked or not",
      update({ type: "SecureString", value: HIDDEN }, { type: "SecureString", value: CHANGED }),
    ],
    [
      "that is a part of a key",
      planWith([
        change("aws_x.a", { v: "x" }, { v: HIDDEN }, { change: { after_sensitive: { v: true } } }),
        change("aws_x.b", { m: {} }, { m: { [`a-${HIDDEN}`]: "1" } }),
      ]),
    ],
    [
      "that is encoded elsewhere",
      planWith([
        change("aws_x.a", { v: "x" }, { v: HIDDEN }, { change: { after_sensitive: { v: true } } }),
        change("aws_x.b", { m: "" }, { m: Buffer.from(`see ${HIDDEN}!`).toString("base64") }),
      ]),
    ],
    ["in an address", planWith([change(`aws_db_instance.a["mysql://app:${HIDDEN}@db"]`, { a: 1 }, null)])],
    ["in YAML", update({ content: `password: ${HIDDEN}` }, { content: "x" })],
    ["that looks like one", update({ a: JWT }, { a: "x" })],
    [
      "in an output",
      planWith([], {
        output_changes: { a: { actions: ["update"], before: HIDDEN, after: CHANGED, after_sensitive: true } },
      }),
    ],
    [
      "in an output, by its name",
      planWith([], { output_changes: { db_password: { actions: ["create"], before: null, after: HIDDEN } } }),
    ],
    [
      "in drift",
      planWith([], {
        resource_drift: [change("aws_x.a", { a: HIDDEN }, { a: "x" }, { change: { before_sensitive: { a: true } } })],
      }),
    ],
    [
      "in what a check says of a variable",
      planWith([], {
        checks: [
          {
            address: { to_display: "check.a" },
            status: "fail",
            instances: [{ problems: [{ message: `It is ${HIDDEN}.` }] }],
          },
        ],
        variables: { a: { value: HIDDEN } },
        configuration: { root_module: { variables: { a: { sensitive: true } } } },
      }),
    ],
    [
      "in what is stopped",
      planWith([
        change(
          "aws_s3_bucket.a",
          { force_destroy: false },
          { force_destroy: true, bucket: HIDDEN },
          { change: { after_sensitive: { bucket: true } } },
        ),
      ]),
    ],
  ])("%s", async (_, plan) => {
    const review = await reviewOf(plan);
    for (const report of [markdownReview, textReview, jsonReview]) {
      const text = report(review);
      expect(text).not.toContain(HIDDEN);
      expect(text).not.toContain(CHANGED);
      expect(text).not.toContain(Buffer.from(`see ${HIDDEN}!`).toString("base64"));
    }
  });

  it("but a path or a word under a key is", async () => {
    expect(await differences({ S3_KEY: "a" }, { S3_KEY: "assets/2026/app-1234567890.js" })).toEqual([
      'S3_KEY: "a" → "assets/2026/app-1234567890.js"',
    ]);
  });

  it("but a switch is, whatever its name", async () => {
    const [before, after] = ["optional", "required"].map((http_tokens) => ({ http_tokens }));
    expect(await differences(before, after)).toEqual(['http_tokens: "optional" → "required"']);
  });

  it("but its change is", async () => {
    const marks = { before_sensitive: { a: true }, after_sensitive: { a: true } };
    expect(await differences({ a: "x", b: 1 }, { a: "y", b: 1 }, marks)).toEqual([
      "a: (sensitive) → (sensitive, changed)",
    ]);
    expect(await differences({ a: "x", b: 1 }, { a: "x", b: 2 }, marks)).toEqual(["b: 1 → 2"]);
  });
});

it("keys and addresses that only a secret tells apart stay two", async () => {
  const [one, two] = ["mysql://app:hidden-1@db", "mysql://app:hidden-2@db"];
  const shown = await differences({ m: {} }, { m: { [one]: 1, [two]: 2 } });
  expect(shown).toHaveLength(2);
  expect(new Set(shown.map((line) => line.split(": (none)")[0])).size).toBe(2);
  expect(shown.join()).not.toContain("hidden");
  const { changes } = await reviewOf([one, two].map((key) => change(`aws_x.a["${key}"]`, null, { a: 1 })));
  expect(new Set(changes.map(({ address }) => address)).size).toBe(2);
});

describe("the order of a list", () => {
  const containers = (command: string[], mountPoints: Json[] = []) => ({
    container_definitions: JSON.stringify([{ name: "app", image: "app", command, mountPoints }]),
  });

  it("is a difference where it matters", async () => {
    expect(await differences(containers(["rm", "a", "b"]), containers(["rm", "b", "a"]))).toEqual([
      'container_definitions[app].command.1: "a" → "b"',
      'container_definitions[app].command.2: "b" → "a"',
    ]);
    const actions = (...types: string[]) => ({ default_action: types.map((type) => ({ type })) });
    expect(await differences(actions("authenticate-oidc", "forward"), actions("forward", "authenticate-oidc"))).toEqual(
      [
        'default_action.0.type: "authenticate-oidc" → "forward"',
        'default_action.1.type: "forward" → "authenticate-oidc"',
      ],
    );
    expect(await differences(containers(["a", "b"]), containers(["a", "b", "c"]))).toEqual([
      'container_definitions[app].command: (none) → "c"',
    ]);
  });

  it("is shown as such elsewhere", async () => {
    expect(await differences({ a: ["x", "y"] }, { a: ["y", "x"] })).toEqual(['a: ["x","y"] → (the same, order only)']);
  });

  it("is ignored for statements and named items", async () => {
    const policy = (...actions: string[]) => ({
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }),
    });
    expect(await differences(policy("a:A", "b:B"), policy("b:B", "a:A"))).toEqual([]);
    const named = (...names: string[]) => ({ a: names.map((name) => ({ name })) });
    expect(await differences(named("x", "y"), named("y", "x"))).toEqual([]);
  });

  it("is drift", async () => {
    const drifted = change("aws_ecs_task_definition.a", containers(["a", "b"]), containers(["b", "a"]));
    expect((await reviewOf(planWith([], { resource_drift: [drifted] }))).drift).toHaveLength(1);
  });
});

describe("drift", () => {
  it("is not a value that AWS changes by itself", async () => {
    const moved = (more: object) =>
      change("aws_db_instance.main", { latest_restorable_time: "10:00" }, { latest_restorable_time: "10:05", ...more });
    expect((await reviewOf(planWith([], { resource_drift: [moved({})] }))).drift).toEqual([]);
    const [found] = (await reviewOf(planWith([], { resource_drift: [moved({ multi_az: true })] }))).drift;
    expect(found?.differences.map(({ path }) => path)).toEqual(["multi_az"]);
  });

  it("is a real difference, not another form of empty", async () => {
    const { drift } = await reviewOf(
      planWith([], {
        resource_drift: [
          change("aws_x.a", { a: null, b: "" }, { a: [], b: null }),
          change("aws_x.b", { a: 1 }, { a: 2 }),
          change("aws_x.c", { a: 1 }, null),
        ],
      }),
    );
    expect(drift.map(({ address, kind }) => `${kind} ${address}`)).toEqual(["delete aws_x.c", "update aws_x.b"]);
  });
});

it("nothing is deployed before the first apply", () => {
  const stateOf = (...resources: Json[]) => ({ prior_state: { values: { root_module: { resources } } } });
  const made = { address: "aws_x.a", mode: "managed" };
  expect(isDeployed(parsed(planWith([])))).toBe(false);
  expect(isDeployed(parsed(planWith([], stateOf({ address: "data.aws_x.a", mode: "data" }))))).toBe(false);
  expect(isDeployed(parsed(planWith([], stateOf(made))))).toBe(true);
  expect(isDeployed(parsed(planWith([], { resource_drift: [change("aws_x.a", { a: 1 }, null)] })))).toBe(true);
});

it("a replacement shows what forces it", async () => {
  const one = change(
    "aws_x.a",
    { a: 1, b: 1, id: "x" },
    { a: 2, b: 2 },
    {
      actions: ["delete", "create"],
      action_reason: "replace_because_cannot_update",
      change: { replace_paths: [["a"]], after_unknown: { id: true } },
    },
  );
  const [found] = (await reviewOf([one])).changes;
  expect(found).toMatchObject({
    reason: "it can't be updated in place",
    forcing: [{ path: "a", before: "1", after: "2" }],
    differences: [{ path: "b", before: "1", after: "2" }],
  });
});
