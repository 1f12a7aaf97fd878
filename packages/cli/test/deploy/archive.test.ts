import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { samConfig, samTakes } from "../../src/deploy/deploy-by-sam.ts";
import { writeFiles } from "../support/temporary-app.ts";

const module = new URL("../../src/deploy/zip-folder.ts", import.meta.url).href;

/** In a process of its own, as the command runs: the resolution of the test runner is another one than Node's. */
async function zipFolder(path: string, TZ = "UTC"): Promise<{ readonly body: Uint8Array; readonly sha256: string }> {
  const program = `const { zipFolder } = await import(${JSON.stringify(module)});
    const { body, sha256 } = await zipFolder(${JSON.stringify(path)});
    console.log(JSON.stringify({ body: Buffer.from(body).toString("base64"), sha256 }));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=source", "--input-type=module", "-e", program],
    { env: { ...process.env, TZ } },
  );
  const { body, sha256 }: { body: string; sha256: string } = JSON.parse(stdout);
  return { body: Buffer.from(body, "base64"), sha256 };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "stephooks-archive-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe("the archive of a build", () => {
  const files = { "index.mjs": "export {}", "chunks/a.mjs": "1", "source/web/page.html": "<p>" };

  test("is the same for the same files, whenever and wherever they were written", async () => {
    const [one, other] = [folder(), folder()];
    writeFiles(one, files);
    writeFiles(other, Object.fromEntries(Object.entries(files).toReversed()));
    for (const path of [one, other]) utimesSync(join(path, "source/web/page.html"), 1_700_000_000, 1_700_000_000);
    utimesSync(join(other, "index.mjs"), 1_600_000_000, 1_600_000_000);
    expect((await zipFolder(other)).sha256).toBe((await zipFolder(one)).sha256);
    expect((await zipFolder(other, "America/New_York")).sha256).toBe((await zipFolder(one)).sha256);
    writeFileSync(join(other, "index.mjs"), "export {};");
    expect((await zipFolder(other)).sha256).not.toBe((await zipFolder(one)).sha256);
  });

  test("holds files everyone can read, and the times their ETags are made of", async () => {
    const path = folder();
    writeFiles(path, files);
    utimesSync(join(path, "source/web/page.html"), 1_700_000_000, 1_700_000_000);
    const archive = join(folder(), "app.zip");
    writeFileSync(archive, (await zipFolder(path)).body);
    // Read by another program: Python's.
    const script = `import json,sys,zipfile
z=zipfile.ZipFile(sys.argv[1]); print(json.dumps([[i.filename, oct(i.external_attr >> 16), z.read(i).decode(), i.extra.hex()] for i in z.infolist()]))`;
    const entries: [string, string, string, string][] = JSON.parse(
      execFileSync("python3", ["-c", script, archive], { encoding: "utf8" }),
    );
    expect(entries.map(([name, mode, content]) => [name, mode, content])).toEqual([
      ["chunks/a.mjs", "0o100644", "1"],
      ["index.mjs", "0o100644", "export {}"],
      ["source/web/page.html", "0o100644", "<p>"],
    ]);
    // The extended time stamp of Info-ZIP: id 5455, seconds in little endian.
    const seconds = Buffer.alloc(4);
    seconds.writeUInt32LE(1_700_000_000);
    expect(entries[2]?.[3]).toContain(seconds.toString("hex"));
  });
});

/** How sam deploy reads `Name="…"`: a backslash takes the next character along, and goes before a quote or a space. */
function readBySam(text: string): string | undefined {
  const [, quoted] = /^ ?Name="((?:\\.|[^"\\])*)"$/s.exec(` ${text}`) ?? [];
  return quoted?.replaceAll("\\ ", " ").replaceAll('\\"', '"').replaceAll("\\'", "'");
}

test("what sam deploy takes comes out as it went in; the rest is known beforehand", () => {
  const values = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("\\", '"', "'", " ", "a", "\n", "=", "é") }));
  fc.assert(
    fc.property(values, (value) => {
      const text = samConfig({ Name: value });
      const [, toml = ""] = /^parameter_overrides = (".*")$/m.exec(text) ?? [];
      const overrides: string = JSON.parse(toml);
      if (samTakes(value)) expect(readBySam(overrides)).toBe(value);
      // One line in the file, whatever is in it.
      expect(text.trimEnd().split("\n")).toHaveLength(4);
    }),
  );
  for (const value of ["", "a\\", '\\"', "\\ ", "\\'"]) expect(samTakes(value)).toBe(false);
});
