/** Variable of a local run: the architecture of the machine that stands in for Fargate, as the OCI writes it. */
export const LOCAL_ARCHITECTURE = "INFRA_LOCAL_ARCHITECTURE";

/** Variable of a local run: its directory, which images that are built in it have as a label. */
export const LOCAL_RUN = "INFRA_LOCAL_RUN";

/** Variable of a local run: what its verbs are typed as, in the place of `bin/infra`. */
export const LOCAL_COMMAND = "INFRA_LOCAL_COMMAND";

/** Label of all that a container engine has of a local run; its value is the run's directory. */
export const RUN_LABEL = "operation-app.local-run";
