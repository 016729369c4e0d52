import images from "./production.versions.json" with { type: "json" };
import { defineEnvironment } from "./schema/index.ts";

// What each setting means, its unit, default and cost: environments/schema/, a file a group, or hover over it.
export default defineEnvironment({
  app: "operation-app",
  region: "ap-northeast-1",

  // Bucket names are unique in all of AWS: put something of your own into this one.
  state: { bucket: "operation-app-terraform-state" },

  // prevent_destroy, deletion protection, a final snapshot.
  protection: true,

  // Your domain, and the Route 53 zone that it is in. Without `domain`: HTTP only, under the load balancer's name.
  domain: {
    name: "operation-app.example.com",
    hostedZone: { name: "example.com", create: false },
  },

  network: {
    cidr: "192.168.0.0/16",
    zones: ["ap-northeast-1a", "ap-northeast-1c"],
    nat: "single",
    natRouteDestination: "0.0.0.0/0",
    interfaceEndpoints: "single-zone",
  },

  lb: {
    authenticateCognito: false,
    healthCheckPath: "/up",
  },

  // Versions that were pushed to ECR: `bin/infra release` writes them. Without one, its service stands at zero tasks.
  images,

  ecs: {
    topology: "separate",
    architecture: "ARM64",
    exec: true,
    logRetentionDays: 30,
    nginx: {
      port: 8080,
      size: { cpu: 256, memory: 512 },
      tasks: { min: 1, max: 2 },
    },
    app: {
      port: 3000,
      size: { cpu: 512, memory: 1024 },
      tasks: { min: 1, max: 4, targetCpuPercent: 60 },
      environment: { RAILS_ENV: "production", RAILS_LOG_TO_STDOUT: "1" },
      secrets: { SECRET_KEY_BASE: "generated" },
    },
  },

  cognito: {
    domainPrefix: "operation-app",
  },

  database: {
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    multiAz: false,
    backupRetentionDays: 7,
    name: "operation_app",
    username: "operation_app",
  },

  cache: {
    engine: "valkey",
    nodeType: "cache.t4g.micro",
    nodes: 1,
  },

  // Who is told by mail when something is wrong: "you@example.com", or a list. Without one, alarms reach nobody.
  alarms: {
    emails: [],
    severity: "warning",
  },
});
