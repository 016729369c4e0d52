import { UserError } from "@operation-app/preflight/input";
import { profileProblem } from "./profile.ts";
