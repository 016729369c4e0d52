import { existsSync, readFileSync } from "node:fs";
import { RequestError } from "@octokit/request-error";
import { Octokit } from "@octokit/rest";
import { InputError, UserError } from "@operation-app/preflight/input";

/** What GitHub Actions tells a job about itself; nothing of it is there on a laptop. */
export interface Job {
  readonly token?: string;
  /** `owner/name`. */
  readonly repository?: string;
  readonly pullRequest?: number;
  /** Branch that the job runs for. */
  readonly branch?: string;
  /** Where the page of this run is. */
  readonly run?: string;
  /** A file whose Markdown is shown on that page. */
  readonly summary?: string;
  /** A file for what later jobs get. */
  readonly outputs?: string;
}

/**
 * Reads the job from the variables that GitHub sets.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function jobFrom(env: NodeJS.ProcessEnv): Job {
  if (env.GITHUB_ACTIONS !== "true") return {}; // A token may be set on a laptop, too.
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return {
    token: env.GITHUB_TOKEN,
    repository,
    pullRequest: pullRequestOf(env.GITHUB_EVENT_PATH),
    branch: env.GITHUB_REF?.match(/^refs\/heads\/(.+)$/)?.[1],
    run: server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined,
    summary: env.GITHUB_STEP_SUMMARY,
    outputs: env.GITHUB_OUTPUT,
  };
}

function pullRequestOf(eventFile: string | undefined): number | undefined {
  if (!eventFile || !existsSync(eventFile)) return undefined;
  const { pull_request: pullRequest } = JSON.parse(readFileSync(eventFile, "utf8")) as {
    pull_request?: { number: number };
  };
  return pullRequest?.number;
}

/**
 * Who writes with a job's own token.
 * Source: https://docs.github.com/en/actions/concepts/security/github_token
 */
const JOB_AUTHOR = "github-actions[bot]";

/**
 * The comments and issues of one repository. Ours are known by who wrote them, and by a mark in their text, which GitHub
 * does not show: anybody may write the mark.
 */
export class GitHub {
  private readonly octokit: Octokit;
  private readonly repository: { readonly owner: string; readonly repo: string };

  /** @throws InputError where the job has no repository or no token */
  constructor({ token, repository }: Job, apiUrl = process.env.GITHUB_API_URL) {
    const [owner, repo] = repository?.split("/") ?? [];
    if (!token || !owner || !repo) {
      throw new InputError("GITHUB_TOKEN and GITHUB_REPOSITORY (owner/name) are needed to write to GitHub. Set both.");
    }
    this.repository = { owner, repo };
    this.octokit = new Octokit({ auth: token, baseUrl: apiUrl, log: SILENT });
  }

  /** Writes one comment on a pull request; a second call changes it. */
  async comment(pullRequest: number, mark: string, markdown: string): Promise<void> {
    await explaining(async () => {
      const { issues } = this.octokit.rest;
      const of = { ...this.repository, issue_number: pullRequest };
      const comments = await this.octokit.paginate(issues.listComments, { ...of, per_page: 100 });
      const body = marked(mark, markdown);
      const ours = comments.find((comment) => isOurs(comment, mark));
      if (ours) await issues.updateComment({ ...this.repository, comment_id: ours.id, body });
      else await issues.createComment({ ...of, body });
    });
  }

  /** Opens one issue for what is wrong, and changes it while it is. @returns its number */
  async openIssue(mark: string, title: string, markdown: string): Promise<number> {
    return explaining(async () => {
      const { issues } = this.octokit.rest;
      const body = marked(mark, markdown);
      const ours = await this.findIssue(mark);
      if (!ours) return (await issues.create({ ...this.repository, title, body })).data.number;
      if (ours.body !== body) await issues.update({ ...this.repository, issue_number: ours.number, title, body });
      return ours.number;
    });
  }

  /** Closes the issue, with a comment. @returns its number; nothing where none is open */
  async closeIssue(mark: string, comment: string): Promise<number | undefined> {
    return explaining(async () => {
      const ours = await this.findIssue(mark);
      if (!ours) return undefined;
      const of = { ...this.repository, issue_number: ours.number };
      await this.octokit.rest.issues.createComment({ ...of, body: comment });
      await this.octokit.rest.issues.update({ ...of, state: "closed" });
      return ours.number;
    });
  }

  /** The commit that a branch is at. */
  async tipOf(branch: string): Promise<string> {
    return explaining(async () => {
      const { data } = await this.octokit.rest.repos.getBranch({ ...this.repository, branch });
      return data.commit.sha;
    });
  }

  private async findIssue(mark: string) {
    const { listForRepo } = this.octokit.rest.issues;
    const open = await this.octokit.paginate(listForRepo, { ...this.repository, state: "open", per_page: 100 });
    return open.find((issue) => !issue.pull_request && isOurs(issue, mark));
  }
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

interface Written {
  readonly body?: string | null;
  readonly user?: { readonly login: string } | null;
}

function isOurs({ body, user }: Written, mark: string): boolean {
  return user?.login === JOB_AUTHOR && (body?.startsWith(marked(mark)) ?? false);
}

/** The mark comes first, so that nothing in the text passes for one. */
function marked(mark: string, markdown = ""): string {
  return `<!-- ${mark} -->\n${markdown}`;
}

/** @throws UserError with what GitHub answers, and what is usually missing */
async function explaining<T>(calls: () => Promise<T>): Promise<T> {
  try {
    return await calls();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { method, url } = error.request;
    const rights = [401, 403, 404].includes(error.status)
      ? " Does the job's token have this permission, under permissions: in the workflow?"
      : "";
    throw new UserError(
      `GitHub answered ${error.status} to ${method} ${url}: ${error.message.split("\n")[0]}.${rights}`,
    );
  }
}
