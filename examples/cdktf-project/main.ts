import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Cache } from "@operation-app/constructs/cache";
import { Network } from "@operation-app/constructs/network";
import { checkStacks } from "@operation-app/preflight/cdktf";
import { App, TerraformStack } from "cdktf";

const [name, region] = ["shop", "ap-northeast-1"];

function addStack(app: App): void {
  const stack = new TerraformStack(app, name);
  new AwsProvider(stack, "aws", { region });
  const zones = [`${region}a`, `${region}c`] as const;
  const network = new Network(stack, "network", { name, region, cidr: "10.0.0.0/16", zones, nat: "single" });
  const securityGroup = new SecurityGroup(stack, "cache_group", { name: `${name}-cache`, vpcId: network.vpc.id });
  const size = { engine: "valkey", nodeType: "cache.t4g.micro", nodes: 1, snapshotRetentionDays: 1 } as const;
  new Cache(stack, "cache", { name, subnets: network.privateSubnets, securityGroup, ...size, protection: true });
}

const app = new App();
addStack(app);
app.synth();
checkStacks(app, addStack, { folders: ["."] }).catch(({ message }) => {
  console.error(message);
  process.exitCode = 1;
});
