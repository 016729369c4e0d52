import { RULES } from "../../src/rules/index.ts";
import { describeContract } from "../support/contract.ts";

describeContract(RULES, import.meta.dirname);
