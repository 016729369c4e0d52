// Plain JavaScript, without a dependency: bin/infra reads it before anything is installed.

/** Verbs in the order in which one meets them: the file in tools/cli, with the step
 * where it has several, and what it is for. */
export const GROUPS = {
  "See what would be deployed": {
    synth: ["synth", "write the Terraform JSON of all environments, and check it"],
    check: ["preflight", "find what would fail, in any cdk.tf.json or plan"],
    review: ["review", "say what a plan does, and whether it may be applied"],
  },
  "Try it on this machine": {
    "deploy-local": ["deploy-local", "deploy to an AWS emulator, without an account"],
    "destroy-local": ["destroy-local", "end it and remove what it left"],
  },
  "Deploy to AWS": {
    bootstrap: ["bootstrap", "make the state bucket and the roles of GitHub Actions"],
    plan: ["plan", "plan an environment and review the plan"],
    apply: ["apply", "plan, review, ask, and apply exactly that plan"],
    deploy: ["deploy", "cdktf deploy, without the review"],
    drift: ["drift", "what others have changed since"],
    release: ["release", "build, push, migrate and deploy a version"],
    rollback: ["rollback", "deploy an earlier version again"],
  },
  "Operate it": {
    status: ["status", "what runs, and what is wrong with it"],
    logs: ["logs", "the logs of a service"],
    run: ["run", "run one command beside the app"],
    console: ["console", "a shell or console in a running task"],
    secrets: ["secrets", "set, list or miss the app's secrets"],
  },
  "Adopt an existing user pool": {
    inspect: ["migrate-cognito inspect", "the Cognito objects of a Terraform state"],
    adopt: ["migrate-cognito adopt", "write down what an environment takes over"],
    move: ["migrate-cognito move", "move the objects into the environment's state"],
    "move-back": ["migrate-cognito rollback", "move them back"],
    verify: ["migrate-cognito verify", "prove that a plan changes no Cognito object"],
  },
};

/** What goes under another name by now, or is for whoever works on this project. */
const OTHERS = { docs: ["docs", ""], "migrate-cognito": ["migrate-cognito", ""] };

/** What runs for a verb: a file in tools/cli, and the arguments that go before the user's own; undefined for none. */
export function runs(verb) {
  const all = Object.assign({}, OTHERS, ...Object.values(GROUPS));
  if (!Object.hasOwn(all, verb)) return undefined;
  const [file, ...first] = all[verb][0].split(" ");
  return { file, first };
}
