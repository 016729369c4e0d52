import { TerraformElement, TerraformStack } from "cdktf";
import { Node } from "constructs";

/**
 * A stack whose Terraform addresses are read off the construct path, without hashes:
 * the construct `network/vpc` is `aws_vpc.network_vpc`, where the original Terraform had
 * `module.network.aws_vpc.vpc`.
 *
 * An address is a contract: renaming a construct destroys and re-creates its resource.
 * `__tests__/stacks/addresses.txt` holds the list.
 */
export abstract class AddressedStack extends TerraformStack {
  private readonly pathOfLogicalId = new Map<string, string>();

  /** cdktf resolves every stack once beforehand, to find references to other stacks. A stack that is alone has none. */
  override prepareStack(): void {
    const isAlone = this.node.root.node.findAll().filter(TerraformStack.isStack).length === 1;
    if (isAlone) this.ensureBackendExists();
    else super.prepareStack();
  }

  /** @throws Error when two constructs of one type would get the same address */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = element instanceof Node ? element : element.node;
    const path = node.scopes
      .slice(this.node.scopes.length)
      .map((scope) => scope.node.id)
      .join("/");
    const logicalId = path.replace(/[^A-Za-z0-9]+/g, "_");
    const type = TerraformElement.isTerraformElement(element) ? element.constructor.name : "";
    const key = `${type}.${logicalId}`;
    const earlier = this.pathOfLogicalId.get(key);
    if (earlier !== undefined && earlier !== path) {
      throw new Error(
        `"${earlier}" and "${path}" would both become ${type} "${logicalId}" in Terraform: give one of the constructs another id.`,
      );
    }
    this.pathOfLogicalId.set(key, path);
    return logicalId;
  }
}
