import { expect, test } from "vitest";
import { RegistrationRouter } from "../../src/http/registration-router.ts";
import type { RouteHandler } from "../../src/http/route-handler.ts";
import { RouteTable } from "../../src/http/route-table.ts";

const handler = (): RouteHandler[] => [() => {}];

test("the first registered route that matches wins, however general it is", () => {
  const table = new RouteTable();
  const [general, exact] = [handler(), handler()];
  table.add("GET", "/*", general);
  table.add("GET", "/x", exact);
  expect(table.match("GET", "/x")).toMatchObject({ kind: "found", handlers: general });
});

test("the same method and path again replaces the handlers and keeps the place", () => {
  const table = new RouteTable();
  const [first, later, replaced] = [handler(), handler(), handler()];
  table.add("GET", "/x", first);
  table.add("GET", "/x*", later);
  table.add("GET", "/x", replaced);
  expect(table.match("GET", "/x")).toMatchObject({ handlers: replaced });
  expect(table.list().map((route) => route.path)).toEqual(["/x", "/x*"]);
});

test("a route that is asked first wins over earlier ones, but for one of its own path, which keeps its place", () => {
  const table = new RouteTable();
  const [pattern, page, own, later] = [handler(), handler(), handler(), handler()];
  table.add("GET", "/:any", pattern);
  table.addFirst("/docs", page);
  expect(table.match("GET", "/docs")).toMatchObject({ handlers: page });
  expect(table.match("HEAD", "/docs")).toMatchObject({ handlers: page });
  expect(table.list().map((route) => route.path)).toEqual(["/docs", "/:any"]);
  table.add("GET", "/docs", later);
  expect(table.match("GET", "/docs")).toMatchObject({ handlers: later });
  table.add("GET", "/help", own);
  table.addFirst("/help", page);
  expect(table.match("GET", "/help")).toMatchObject({ handlers: pattern });
  expect(table.list().map((route) => route.path)).toEqual(["/docs", "/:any", "/help"]);
});

test("equal regular expressions are one route, a string of the same look is another", () => {
  const table = new RouteTable();
  table.add("GET", /x/, handler());
  table.add("GET", /x/, handler());
  table.add("GET", /x/i, handler());
  table.add("GET", "/x/", handler());
  expect(table.list().map((route) => route.path)).toEqual(["/x/", "/x/i", "/x/"]);
});

test("a route for all methods answers every one of them, in its place", () => {
  const table = new RouteTable();
  const [all, get] = [handler(), handler()];
  table.add("*", "/x", all);
  table.add("GET", "/x", get);
  for (const method of ["GET", "HEAD", "POST", "OPTIONS", "DELETE"]) {
    expect(table.match(method, "/x")).toMatchObject({ handlers: all });
  }
});

test("HEAD is answered by the route for GET", () => {
  const table = new RouteTable();
  const get = handler();
  table.add("GET", "/x", get);
  expect(table.match("HEAD", "/x")).toMatchObject({ kind: "found", handlers: get });
});

test("a path with routes for other methods only names these", () => {
  const table = new RouteTable();
  table.add("POST", "/x", handler());
  table.add("GET", "/:any", handler());
  table.add("GET", "/x", handler());
  expect(table.match("DELETE", "/x")).toEqual({ kind: "wrong-method", allowed: ["GET", "HEAD", "POST"] });
});

test("a path without routes is no match", () => {
  expect(new RouteTable().match("GET", "/x")).toEqual({ kind: "none" });
});

test.each([[[]], [[undefined]], [["text"]]])("registering %j instead of functions is refused", (handlers) => {
  const table = new RouteTable<readonly unknown[]>();
  expect(() => table.add("GET", "/x", handlers)).toThrow(expect.objectContaining({ code: "invalid-handler" }));
});

test("hono's router interface gets the same match, with parameters that survive its decoding", () => {
  const router = new RegistrationRouter<string>();
  router.add("ALL", /^\/re/, "any");
  router.add("GET", "/f/:name", "file");
  expect(router.match("POST", "/re")).toEqual([[["any", {}]]]);
  expect(router.match("GET", "/f/100%41")).toEqual([[["file", { name: "100%2541" }]]]);
  expect(router.match("POST", "/f/x")).toEqual([[]]);
});
