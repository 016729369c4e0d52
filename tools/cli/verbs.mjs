// Plain JavaScript, without a dependency: bin/infra reads it before anything is installed.

/** Verbs in the order in which one meets them, and what each is for. A verb's file in tools/cli has its name. */
export const GROUPS = {
  "See what would be deployed": {
    synth: "write the Terraform JSON of all environments, and check it",
    check: "find what would fail, in any cdk.tf.json or plan",
    review: "say what a plan does, and whether it may be applied",
    cost: "say what an environment or plan costs a month",
    map: "draw it: who talks to whom, and each path by a click",
    new: "write a further environment, such as staging, with what differs",
  },
  "Try it on this machine": {
    "deploy-local": "deploy to an AWS emulator, without an account",
    "destroy-local": "end it and remove what it left",
  },
  "Deploy to AWS": {
    bootstrap: "make the state bucket and the roles of GitHub Actions",
    plan: "plan an environment and review the plan",
    apply: "plan, review, ask, and apply exactly that plan",
    deploy: "cdktf deploy, without the review",
    drift: "what others have changed since",
    release: "build, push, migrate and deploy a version",
    rollback: "deploy an earlier version again",
    destroy: "delete everything that an environment has",
  },
  "Operate it": {
    status: "what runs, and what is wrong with it",
    logs: "the logs of a service",
    run: "run one command beside the app",
    console: "a shell or console in a running task",
    schedules: "what runs at set times, and how it ended; run it now",
    maintenance: "answer visitors with 503 and a page, in seconds",
    secrets: "set or list the app's secrets, or those that are missing",
    db: "a tunnel to the database, a console on it, dumps",
    users: "write down who is in the user pool",
    restore: "bring the database's data back, beside it or in its place",
    state: "versions of the Terraform state: list, compare, what is wrong with it",
  },
  "Adopt an existing user pool": {
    inspect: "the Cognito objects of a Terraform state",
    adopt: "write down what an environment takes over",
    move: "move the objects into the environment's state",
    "move-back": "move them back",
    verify: "prove that a plan changes no Cognito object",
  },
  "Keep it up to date": {
    upgrade: "take a newer version of this project into this clone",
    framework: "CDK for Terraform or CDK Terrain: say which, or turn to the other",
    provider: "which version of the AWS provider is locked; choose another",
  },
  "In the shell": {
    completion: "complete verbs, environments and options at Tab",
  },
};

/** For developers of this project, and former names. */
const OTHERS = ["docs", "migrate-cognito"];

/** The names of all verbs that the help lists. */
export const VERBS = Object.values(GROUPS).flatMap((group) => Object.keys(group));

export function isVerb(name) {
  return VERBS.includes(name) || OTHERS.includes(name);
}
