import { readTemplate, renderTemplate } from "@stephooks/sam";
import { expect, test } from "vitest";
import { templateParameters } from "../../src/deploy/template-parameters.ts";

const templateOf = (streams: boolean) =>
  readTemplate(
    renderTemplate(
      {
        version: 1,
        workflows: [],
        routes: [],
        authPaths: [],
        files: { source: [], stored: false },
        workers: [],
        crons: [],
        streams,
      },
      { codeUri: "app" },
    ),
  );

const nobody = { given: [], variables: {} };

test("an app that gets its first channel gets the address that streams: the default it had before was nobody's choice", () => {
  const present = { StreamUrl: "no", LogRetentionDays: "30" };
  const values = templateParameters({ ...nobody, template: templateOf(true), before: templateOf(false), present });
  expect(values).toEqual({ StreamUrl: "yes", LogRetentionDays: undefined });
});

test("what somebody chose stays, also where it is what another version has as its default", () => {
  const present = { StreamUrl: "yes", LogLevel: "debug" };
  const kept = templateParameters({ ...nobody, template: templateOf(false), before: templateOf(false), present });
  expect(kept).toEqual({ StreamUrl: undefined, LogLevel: undefined });
  const given = templateParameters({
    ...nobody,
    given: ["StreamUrl=no"],
    template: templateOf(true),
    before: templateOf(false),
    present: { StreamUrl: "no" },
  });
  expect(given).toEqual({ StreamUrl: "no" });
});
