import * as stephooks from "stephooks";
import defaultExport, { app, coho } from "stephooks";
import * as host from "stephooks/host";
import { expect, test } from "vitest";

test("stephooks exports these values and no others", () => {
  expect(Object.keys(stephooks).toSorted()).toEqual([
    "Datastore",
    "HttpError",
    "Workflow",
    "aggregation",
    "app",
    "body",
    "coho",
    "crudlify",
    "datastore",
    "default",
    "filestore",
    "header",
    "isStephooksError",
    "openapi",
    "param",
    "query",
    "realtime",
    "response",
    "schedule",
  ]);
});

test("the default export and coho are the app", () => {
  expect(defaultExport).toBe(app);
  expect(coho).toBe(app);
});

test("stephooks/host exports these values and no others", () => {
  expect(Object.keys(host).toSorted()).toEqual([
    "createApp",
    "createHost",
    "devControl",
    "devTrace",
    "differences",
    "differencesPage",
    "observingRoutes",
    "openData",
  ]);
});

test("an app registers, starts and hands out its handler by these names", () => {
  expect(Object.keys(stephooks.app).toSorted()).toEqual([
    "all",
    "auth",
    "createWorkflow",
    "crudlify",
    "delete",
    "get",
    "init",
    "internalFetch",
    "job",
    "openapi",
    "patch",
    "post",
    "put",
    "queue",
    "realtime",
    "render",
    "set",
    "start",
    "static",
    "storage",
    "use",
    "useRoute",
    "worker",
  ]);
});
