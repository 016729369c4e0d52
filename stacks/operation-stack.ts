import type { Construct } from "constructs";
import { type Environment, stateKey } from "../environments/schema/index.ts";
import { Ecr } from "../modules/ecr/index.ts";
import type { Lb } from "../modules/lb/index.ts";
import { AddressedStack } from "./addressed-stack.ts";
import { useAws, useUsEast1 } from "./aws-provider.ts";
import { createOutputs } from "./outputs.ts";
import { boundRoles } from "./permissions-boundary.ts";
import { keepStateInS3 } from "./remote-state.ts";
import { createAlarms, createBudget } from "./wiring/alarms.ts";
import { createBackup, createCache, createDatabase, createMail, createStorage } from "./wiring/data.ts";
import { createLb } from "./wiring/load-balancer.ts";
import { createFirewall, createInterfaceEndpoints, createNatInstance, createNetwork } from "./wiring/network.ts";
import { createEcs, createSchedules } from "./wiring/tasks.ts";
import { createCognito, giveAddressToParent } from "./wiring/users.ts";

/** Everything that the app needs in one environment, as one Terraform root module. */
export class OperationStack extends AddressedStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name);
    const { app: name, region, protection } = environment;

    const tags = { Application: name, Environment: environment.name, ...environment.tags };
    const aws = { region, tags };
    useAws(this, aws);
    const inUsEast1 = useUsEast1(this, aws);
    keepStateInS3(this, { bucket: environment.state.bucket, key: stateKey(environment), region });
    boundRoles(this, environment);

    const network = createNetwork(this, environment);
    const firewall = createFirewall(this, environment, network);
    const natInstance = createNatInstance(environment, network, firewall, tags);
    createInterfaceEndpoints(environment, network, firewall);

    const cognito = createCognito(this, environment, inUsEast1, (): Lb => lb);
    const lb = createLb(this, environment, network, firewall, cognito);
    giveAddressToParent(cognito, lb, environment);

    const ecr = new Ecr(this, "ecr", { name, protection });
    const database = createDatabase(this, environment, network, firewall);
    const cache = createCache(this, environment, network, firewall);
    const storage = createStorage(this, environment, lb);
    const mail = createMail(this, environment, lb);
    createBackup(this, environment, database, storage);

    const ecs = createEcs(this, environment, { network, firewall, ecr, lb, cognito, database, cache, storage, mail });
    const schedules = createSchedules(this, environment, network, firewall, ecs);

    const alarms = createAlarms(this, environment, {
      network,
      natInstance,
      lb,
      ecs,
      database,
      cache,
      schedules,
      mail,
    });
    createBudget(this, environment);

    createOutputs(this, { network, firewall, lb, ecr, ecs, cognito, database, cache, alarms });
  }
}
