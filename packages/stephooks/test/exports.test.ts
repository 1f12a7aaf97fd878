import * as stephooks from "stephooks";
import * as host from "stephooks/host";
import { expect, test } from "vitest";

test("stephooks exports these values and no others", () => {
  expect(Object.keys(stephooks).toSorted()).toEqual(["Datastore", "aggregation", "app", "datastore", "default"]);
});

test("the default export is the app", () => {
  expect(stephooks.default).toBe(stephooks.app);
});

test("stephooks/host exports these values and no others", () => {
  expect(Object.keys(host).toSorted()).toEqual(["createApp", "createHost"]);
});

test("an app registers, starts and hands out its handler by these names", () => {
  expect(Object.keys(stephooks.app).toSorted()).toEqual([
    "all",
    "auth",
    "createWorkflow",
    "delete",
    "get",
    "init",
    "patch",
    "post",
    "put",
    "use",
  ]);
});
