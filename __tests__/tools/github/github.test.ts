import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { GitHub, jobFrom } from "../../../tools/github/github.ts";
import { publishDrift, publishFailure, publishReview } from "../../../tools/github/publish.ts";
import { refuseOldCommit } from "../../../tools/github/tip.ts";
import { fakeGitHub } from "./fake-github.ts";

let github: Awaited<ReturnType<typeof fakeGitHub>>;
beforeEach(async () => {
  github = await fakeGitHub();
  process.env.GITHUB_API_URL = github.url;
});
afterEach(async () => {
  delete process.env.GITHUB_API_URL;
  await github.stop();
});

const JOB = { token: "t0ken", repository: "me/infrastructure", pullRequest: 12 };
const review = (markdown: string) => ({
  environment: "production",
  markdown,
  outputs: { changes: true, sha256: undefined },
});

describe("the review of a pull request", () => {
  it("is one comment, which is changed by the next", async () => {
    await publishReview(JOB, review("first"));
    await publishReview(JOB, review("second"));
    expect(github.comments["12"]?.map(({ body }) => body)).toEqual(["<!-- plan production -->\nsecond"]);
  });

  it("leaves the comments of others alone, though they quote it, and finds its own among many", async () => {
    const quoted = Array.from({ length: 150 }, (_, id) => ({
      id: 1000 + id,
      number: 0,
      body: `> <!-- plan production --> ${id}`,
    }));
    github.comments["12"] = [...quoted];
    await publishReview(JOB, review("first"));
    await publishReview(JOB, review("second"));
    expect(github.comments["12"]).toHaveLength(151);
    expect(github.comments["12"]?.at(-1)?.body).toBe("<!-- plan production -->\nsecond");
  });

  it("is never written into another user's comment, whatever mark it begins with", async () => {
    const body = "<!-- plan production -->\nAll is well.";
    github.comments["12"] = [{ id: 1000, number: 0, body, user: { login: "somebody" } }];
    await publishReview(JOB, review("first"));
    expect(github.comments["12"]).toMatchObject([{ body }, { body: "<!-- plan production -->\nfirst" }]);
  });

  it("is on the page of the run, and says whether there is anything to apply", async () => {
    const directory = temporaryDirectory();
    const [summary, outputs] = [put(`${directory}/summary`, "before\n"), put(`${directory}/outputs`, "")];
    await publishReview({ summary, outputs }, review("first"));
    expect(readFileSync(summary, "utf8")).toBe("before\nfirst\n");
    expect(readFileSync(outputs, "utf8")).toBe("changes=true\n");
    expect(github.state.requests).toEqual([]);
  });
});

describe("a plan that could not be made", () => {
  it("stands where the last review stood", async () => {
    await publishReview(JOB, review("good"));
    await publishFailure({ ...JOB, run: "https://github.com/me/infrastructure/actions/runs/1" }, "production");
    expect(github.comments["12"]).toHaveLength(1);
    expect(github.comments["12"]?.[0]?.body).toMatch(/Could not be planned[\s\S]*actions\/runs\/1/);
  });
});

describe("drift", () => {
  it("is one issue: opened, changed while it differs, closed, and opened anew", async () => {
    expect(await publishDrift(JOB, "production", "tags")).toEqual(["#1 reports it."]);
    expect(await publishDrift(JOB, "production", "tags and more")).toEqual(["#1 reports it."]);
    expect(github.issues).toMatchObject([{ state: "open", body: "<!-- drift production -->\ntags and more" }]);
    const { requests } = github.state;
    requests.length = 0;
    await publishDrift(JOB, "production", "tags and more");
    expect(requests).toEqual(["GET /repos/me/infrastructure/issues"]);
    expect(await publishDrift(JOB, "production", undefined)).toEqual(["#1 is closed."]);
    expect(github.issues).toMatchObject([{ state: "closed" }]);
    expect(await publishDrift(JOB, "production", undefined)).toEqual([]);
    await publishDrift(JOB, "production", "again");
    expect(github.issues).toHaveLength(2);
  });

  it("of another environment is another issue", async () => {
    await publishDrift(JOB, "production", "tags");
    await publishDrift(JOB, "staging", "tags");
    expect(github.issues).toHaveLength(2);
  });

  it("is no issue on a laptop", async () => {
    expect(await publishDrift({}, "production", "tags")).toEqual([]);
  });
});

describe("a job of a branch", () => {
  const commit = "a".repeat(40);

  it("goes on where its commit is the last one", async () => {
    github.state.tip = commit;
    await refuseOldCommit({ ...JOB, branch: "main" }, commit);
    expect(github.state.requests).toEqual(["GET /repos/me/infrastructure/branches/main"]);
  });

  it("is refused where the branch has moved on, such as when an old run is run again", async () => {
    github.state.tip = "b".repeat(40);
    const refused = refuseOldCommit({ ...JOB, branch: "main" }, commit);
    await expect(refused).rejects.toThrow(`main is at ${"b".repeat(40)}, and this run is for ${commit}`);
  });

  it("asks nothing of GitHub on a laptop", async () => {
    await refuseOldCommit(jobFrom({ GITHUB_REF: "refs/heads/main" }), commit);
    expect(github.state.requests).toEqual([]);
  });
});

describe("a refusal of GitHub's", () => {
  it("is one line with what is usually missing, and without the token", async () => {
    github.state.status = 403;
    const refused = new GitHub(JOB).comment(12, "plan", "text").catch((error) => String(error.message));
    expect(await refused).toMatch(
      /^GitHub answered 403 to GET http.*: Resource not accessible by integration.*permissions: in the workflow\?$/,
    );
    expect(await refused).not.toContain("t0ken");
  });

  it("is not waited for where there is no token", () => {
    expect(() => new GitHub({ repository: "me/infrastructure" })).toThrow("GITHUB_TOKEN and GITHUB_REPOSITORY");
  });
});

describe("a job", () => {
  it("knows its pull request and the page of its run", () => {
    const event = put(`${temporaryDirectory()}/event.json`, '{"pull_request":{"number":7}}');
    const env = {
      GITHUB_ACTIONS: "true",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "me/infrastructure",
      GITHUB_RUN_ID: "99",
      GITHUB_EVENT_PATH: event,
    };
    expect(jobFrom(env)).toMatchObject({ pullRequest: 7, run: "https://github.com/me/infrastructure/actions/runs/99" });
    expect(jobFrom({ ...env, GITHUB_EVENT_PATH: "/nowhere.json" }).pullRequest).toBeUndefined();
  });

  it("is none on a laptop, though a token be set there", () => {
    expect(jobFrom({ GITHUB_TOKEN: "t0ken", GITHUB_REPOSITORY: "me/infrastructure" })).toEqual({});
  });
});
