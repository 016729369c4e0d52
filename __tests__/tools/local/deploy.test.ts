import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { readNeeds, readWarnings } from "../../../tools/lib/terraform/synthesized.ts";
import { emulatorEnvironment } from "../../../tools/local/aws-environment.ts";
import { followTerraform } from "../../../tools/local/terraform-story.ts";

const address = { endpoint: "http://127.0.0.1:4000", region: "ap-northeast-1" };

describe("the environment of a local deployment", () => {
  it("leads to no real account: nothing that the user has set for AWS gets through", () => {
    const env = emulatorEnvironment(address, {
      PATH: "/bin",
      AWS_PROFILE: "production",
      AWS_SESSION_TOKEN: "real",
      AWS_ACCESS_KEY_ID: "real",
      AWS_ENDPOINT_URL_S3: "https://s3.amazonaws.com",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
      AWS_CONFIG_FILE: "/home/someone/.aws/config",
      AWS_CA_BUNDLE: "/etc/ca.pem",
    });
    expect(env).toEqual({
      PATH: "/bin",
      AWS_CA_BUNDLE: "/etc/ca.pem",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4000",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_REGION: "ap-northeast-1",
      AWS_DEFAULT_REGION: "ap-northeast-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      GOGC: "off",
      GOMEMLIMIT: "1GiB",
    });
  });

  it.each(["TF_VAR_region", "TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_WORKSPACE", "TF_DATA_DIR"])(
    "lets no %s change what is planned",
    (name) => {
      expect(emulatorEnvironment(address, { [name]: "x" })).not.toHaveProperty(name);
    },
  );
});

describe("what a stack needs before it is deployed", () => {
  const needsOf = (stack: object) => {
    const directory = temporaryDirectory();
    put(join(directory, "cdk.tf.json"), JSON.stringify(stack));
    return readNeeds(directory);
  };
  const terraform = { backend: { s3: { bucket: "state", region: "ap-northeast-1", key: "k" } } };

  it("is the bucket of its state", () => {
    expect(needsOf({ terraform })).toEqual({ region: "ap-northeast-1", stateBucket: "state", hostedZones: [] });
  });

  it("is each hosted zone that it looks up, once", () => {
    const zone = { name: "example.com" };
    const { hostedZones } = needsOf({
      terraform,
      data: { aws_route53_zone: { a: zone, b: zone, c: { zone_id: "Z" } } },
    });
    expect(hostedZones).toEqual(["example.com"]);
  });

  it("can't be known when the state is not in S3", () => {
    expect(() => needsOf({ terraform: { backend: { local: {} } } })).toThrow(/no backend "s3"/);
  });
});

describe("the warnings of a synth", () => {
  it("are read from what cdktf keeps of it", () => {
    const directory = temporaryDirectory();
    const annotations = [
      { level: "@cdktf/warn", message: "plain HTTP" },
      { level: "@cdktf/info", message: "by the way" },
    ];
    put(join(directory, "manifest.json"), JSON.stringify({ stacks: { production: { annotations } } }));
    expect(readWarnings(directory, "production")).toEqual(["plain HTTP"]);
    expect(readWarnings(directory, "other")).toEqual([]);
  });
});

describe("the output of `cdktf deploy`", () => {
  const told = (...lines: readonly string[]) => {
    const waiting: string[] = [];
    const story = followTerraform((text) => waiting.push(text));
    lines.forEach(story.line);
    return { waiting, made: story.made, end: story.end };
  };

  it("comes to what Terraform waits for, and to how many objects were made", () => {
    const { waiting, made } = told(
      "Terraform will perform the following actions:",
      "aws_vpc.network_vpc (network/vpc): Creating...",
      "aws_vpc.network_vpc (network/vpc): Still creating... [10s elapsed]",
      "aws_vpc.network_vpc (network/vpc): Creation complete after 12s [id=vpc-1]",
      "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.",
    );
    expect(waiting).toEqual(["aws_vpc.network_vpc, for 10s", "1 objects made"]);
    expect(made).toBe(1);
  });

  it("ends with its errors, or else with its last lines", () => {
    const failure = ["╷", "│ Error: creating VPC", "│   on cdk.tf.json line 3"];
    expect(told("aws_vpc.a: Creating...", ...failure).end).toEqual(failure.slice(1));
    expect(told("one", "two").end).toEqual(["one", "two"]);
  });
});
