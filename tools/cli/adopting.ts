import { Option } from "commander";

/** Where an old state may be that is only read. */
export const STATE =
  "the old project's directory (after terraform init), its local terraform.tfstate, or the output of `terraform state pull`; - for standard input";

export const POOL = new Option("--pool <pool>", "address or id of the user pool, if there are several");

export const LEAVE = new Option(
  "--leave <object...>",
  "addresses or ids of objects to leave in the old project, such as one that can't be adopted",
);

export const CLIENT = new Option(
  "--client <client>",
  "address or id of the app client that Rails uses, if there are several",
);
