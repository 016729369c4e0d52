import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

interface Entry {
  readonly id: number;
  readonly number: number;
  readonly pull_request?: object;
  title?: string;
  body?: string;
  user?: { readonly login: string };
  state?: string;
}

/** Who writes with a job's own token. */
const JOB = { login: "github-actions[bot]" };

/** How many entries GitHub gives at once, at most. */
const PAGE = 100;

/** As much of GitHub's REST API as comments and issues need, on loopback. */
export async function fakeGitHub() {
  const comments: Record<string, Entry[]> = {};
  const issues: Entry[] = [];
  const state = { requests: [] as string[], status: 0, tip: "" };
  const next = () => 1 + issues.length + Object.values(comments).flat().length;

  async function answer(request: IncomingMessage): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
    const body = request.method === "GET" ? {} : ((await json(request)) as Partial<Entry>);
    state.requests.push(`${request.method} ${pathname}`);
    if (pathname.startsWith("/repos/me/infrastructure/branches/")) return { commit: { sha: state.tip } };
    const path = pathname.replace("/repos/me/infrastructure/issues", "");
    const page = Number(searchParams.get("page") ?? 1);
    const listed = (all: Entry[]) => all.slice((page - 1) * PAGE, page * PAGE);
    const [, comment] = path.match(/^\/comments\/(\d+)$/) ?? [];
    if (comment)
      return Object.assign(
        Object.values(comments)
          .flat()
          .find(({ id }) => id === Number(comment)) ?? {},
        body,
      );
    const [, of] = path.match(/^\/(\d+)\/comments$/) ?? [];
    if (of) {
      comments[of] ??= [];
      if (request.method === "GET") return listed(comments[of]);
      comments[of].push({ id: next(), number: 0, user: JOB, ...body });
      return comments[of].at(-1);
    }
    const [, issue] = path.match(/^\/(\d+)$/) ?? [];
    if (issue) return Object.assign(issues.find(({ number }) => number === Number(issue)) ?? {}, body);
    if (request.method === "GET") return listed(issues.filter((one) => one.state === "open"));
    issues.push({ id: next(), number: next(), state: "open", user: JOB, ...body });
    return issues.at(-1);
  }

  const server = createServer(async (request, response) => {
    response.setHeader("content-type", "application/json");
    response.statusCode = state.status || 200;
    const found = state.status ? { message: "Resource not accessible by integration" } : await answer(request);
    const url = new URL(request.url ?? "", "http://x");
    if (Array.isArray(found) && found.length === PAGE) {
      url.searchParams.set("page", String(Number(url.searchParams.get("page") ?? 1) + 1));
      response.setHeader("link", `<http://${request.headers.host}${url.pathname}${url.search}>; rel="next"`);
    }
    response.end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    issues,
    state,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
