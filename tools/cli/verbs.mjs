// Plain JavaScript without dependencies: bin/infra reads it before anything is installed.

/** All verbs, grouped as `bin/infra --help` lists them. Each is implemented by the file of its name in tools/cli. */
export const GROUPS = {
  "See what would be deployed": {
    synth: "write the Terraform JSON of all environments, and check it",
    check: "find what would fail, in any cdk.tf.json or plan",
    review: "summarize a plan, and decide whether it may be applied",
    cost: "estimate the monthly cost of an environment or plan",
    map: "draw the network connections as an interactive map",
    new: "create another environment, such as staging",
  },
  "Try it on this machine": {
    "deploy-local": "deploy to an AWS emulator, without an account",
    "destroy-local": "stop it and remove everything it created",
  },
  "Deploy to AWS": {
    bootstrap: "create the state bucket and the roles of GitHub Actions",
    plan: "plan an environment, and review the plan",
    apply: "plan, review, confirm, and apply exactly that plan",
    deploy: "cdktf deploy, without the review",
    drift: "show changes made outside Terraform",
    release: "build, push, migrate and deploy a version",
    rollback: "deploy an earlier version again",
    destroy: "delete an environment and everything in it",
  },
  "Operate it": {
    status: "show what is running, and any problems",
    logs: "show the logs of the services",
    run: "run a one-off command in a task of its own",
    console: "open a Rails console or shell in a running task",
    schedules: "show scheduled tasks and their last results, or run one now",
    maintenance: "switch a maintenance page on or off",
    secrets: "set and list the app's secrets",
    db: "connect to the database, dump it, load a dump",
    users: "export the users of the user pool",
    restore: "restore the database from a backup or snapshot",
    state: "list, compare and restore versions of the Terraform state",
  },
  "Adopt an existing user pool": {
    inspect: "list the Cognito objects in a Terraform state",
    adopt: "choose the objects that an environment takes over",
    move: "move the objects into the environment's state",
    "move-back": "move them back",
    verify: "check that a plan changes no Cognito object",
  },
  "Keep it up to date": {
    upgrade: "merge a newer version of this project into this clone",
    framework: "show or switch the framework: CDK for Terraform or CDK Terrain",
    provider: "show or change the locked version of the AWS provider",
  },
  "In the shell": {
    completion: "print a completion script for bash, zsh or fish",
  },
};

/** For developers of this project, and former names. */
const OTHERS = ["docs", "migrate-cognito"];

/** Names of the verbs that the help lists. */
export const VERBS = Object.values(GROUPS).flatMap((group) => Object.keys(group));

export function isVerb(name) {
  return VERBS.includes(name) || OTHERS.includes(name);
}
