// The old Terraform module, unchanged, under CDKTF: the same state, the same addresses, an empty plan.
// See docs/migration.md.
import { App, TerraformOutput } from "cdktf";
import { AddressedStack } from "../../stacks/addressed-stack.ts";
import { useAws } from "../../stacks/aws-provider.ts";
import { keepStateInS3 } from "../../stacks/remote-state.ts";
import { Cognito } from "./.gen/modules/cognito.ts";

class OldProject extends AddressedStack {
  constructor(app: App) {
    super(app, "old-project");
    // As the old project's provider and backend have it. Its default_tags, too: {} where it has none.
    useAws(this, { region: "ap-northeast-1", tags: {} });
    keepStateInS3(this, { bucket: "operation-app-terraform-state", key: "old-project", region: "ap-northeast-1" });

    // The id is the name of the old module block: module "cognito" { … }.
    const cognito = new Cognito(this, "cognito");

    // The outputs that the old root module has.
    new TerraformOutput(this, "client_id", { value: cognito.clientIdOutput });
    new TerraformOutput(this, "user_pool_id", { value: cognito.userPoolIdOutput });
  }
}

const app = new App();
new OldProject(app);
app.synth();
