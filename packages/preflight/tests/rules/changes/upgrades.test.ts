import type { Changed } from "../../support/plan.ts";
import { describeRule, type Json } from "../../support/rules.ts";
import { change, keep, plan } from "./plans.ts";

const upgrade = (engine: string, from: string, to: string, more: Json = {}): Changed => ({
  address: "aws_db_instance.main",
  actions: ["update"],
  before: { engine, engine_version: from },
  after: { engine, engine_version: to, ...more },
});

describeRule(
  "CHG-005",
  {
    "a major version": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.allow_major_version_upgrade = true;
      },
      says: "aws_db_instance.main goes from mysql 8.0.36 to 8.4, another major version, without allow_major_version_upgrade = true. Set allow_major_version_upgrade to true, and take a parameter group for mysql 8.4.",
    },
    "a major version, where a minor one needs nothing": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "8.0.40";
      },
      says: "aws_db_instance.main goes from mysql 8.0.36 to 8.4, another major version, without allow_major_version_upgrade = true. Set allow_major_version_upgrade to true, and take a parameter group for mysql 8.4.",
    },
    "a way back": {
      bad: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "8.0.35";
      },
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "8.0";
      },
      says: 'aws_db_instance.main goes from mysql 8.0.36 back to 8.0.35. Write engine_version = "8.0.36", or restore a snapshot of the older version into a new database.',
    },
  },
  plan(upgrade("mysql", "8.0.36", "8.4")),
);

describeRule(
  "CHG-005",
  {
    "a major version of PostgreSQL, which is one number": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.engine_version = "15.7";
      },
      says: "aws_db_instance.main goes from postgres 15.4 to 16.1, another major version, without allow_major_version_upgrade = true. Set allow_major_version_upgrade to true, and take a parameter group for postgres 16.",
    },
  },
  plan(upgrade("postgres", "15.4", "16.1", { allow_major_version_upgrade: null })),
);

describeRule(
  "CHG-006",
  {
    "storage that shrinks": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").after.allocated_storage = 200;
      },
      says: "aws_db_instance.main goes from 100 to 50 GiB of allocated_storage. Write allocated_storage = 100, or move the data to a new, smaller database.",
    },
  },
  plan({
    address: "aws_db_instance.main",
    actions: ["update"],
    before: { allocated_storage: 100 },
    after: { allocated_storage: 50 },
  }),
);
