/** An app to begin with: a folder of real files in `templates`. */
export interface Template {
  readonly name: string;
  /** One line for the list. */
  readonly title: string;
  /** What each of its files holds, in the order in which AGENTS.md lists them. */
  readonly files: Readonly<Record<string, string>>;
  /** A first request to the app on port 3000. */
  readonly firstRequest: string;
}

const test = "its tests";

export const templates: readonly Template[] = [
  {
    name: "blank",
    title: "one route, nothing else",
    files: { "index.ts": "the route", "index.test.ts": test },
    firstRequest: "curl http://127.0.0.1:3000/hello?name=Ada",
  },
  {
    name: "webhook",
    title: "signed webhooks, each worked on once by a workflow",
    files: {
      "index.ts": "routes and the workflow `payment`",
      "signature.ts": "signs bodies and checks signatures",
      "index.test.ts": test,
    },
    firstRequest: `curl -X POST http://127.0.0.1:3000/webhooks/payments -d '{"id":"evt-1","amount":12}'`,
  },
  {
    name: "crud",
    title: "a REST API over validated documents",
    files: { "index.ts": "the schema, a hook and a query", "index.test.ts": test },
    firstRequest: `curl http://127.0.0.1:3000/products --json '{"name":"Pen","price":2}'`,
  },
  {
    name: "approval",
    title: "a workflow that waits for people and reminds them",
    files: { "index.ts": "routes and the workflow `request`", "index.test.ts": test },
    firstRequest: `curl http://127.0.0.1:3000/requests --json '{"what":"a desk","by":"ada"}'`,
  },
  {
    name: "cron",
    title: "a job that runs every morning",
    files: { "index.ts": "routes and the job `report`", "index.test.ts": test },
    firstRequest: "curl http://127.0.0.1:3000/reports",
  },
  {
    name: "static",
    title: "a site with an API beside it",
    files: { "index.ts": "the API and where the site is", "public/": "the site", "index.test.ts": test },
    firstRequest: "curl http://127.0.0.1:3000/",
  },
];
