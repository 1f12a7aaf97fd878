import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { filestore } from "../../src/index.ts";
import { fileWorld, KEY } from "./file-world.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("app.storage", () => {
  const world = async () => {
    const made = fileWorld({ "uploads/deployed.txt": "deployed" }, (app) =>
      app.storage({ route: "/files", directory: "/uploads" }),
    );
    for (const name of ["note.txt", "page.html", "pic.svg", "pic.png", ".hidden.txt"]) {
      await made.blobs.write(`uploads/${name}`, text(name.replace(".hidden.txt", "SECRET")), "text/evil");
    }
    await made.blobs.write("other/secret.txt", text("SECRET"));
    await made.blobs.write("uploads/../secret.txt", text("SECRET"));
    return made;
  };

  test("serves what was saved, to everybody, with a type by its name", async () => {
    const { get } = await world();
    const answer = await get("/files/note.txt");
    expect(answer).toMatchObject({ status: 200, text: "note.txt" });
    expect(answer.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
    });
    expect(answer.headers["content-disposition"]).toBeUndefined();
    expect((await get("/files/deployed.txt")).status).toBe(404);
  });

  test.each(["page.html", "pic.svg"])("%s, in which a browser would run scripts, is a download", async (name) => {
    const { get } = await world();
    expect((await get(`/files/${name}`)).headers).toMatchObject({
      "content-disposition": "attachment",
      "x-content-type-options": "nosniff",
    });
  });

  test.each(["/files/../other/secret.txt", "/files/%2e%2e/secret.txt", "/files/..%2fsecret.txt", "/files/.hidden.txt"])(
    "%s gives nothing away",
    async (path) => {
      const { get } = await world();
      const answer = await get(path, { "x-apikey": KEY });
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toMatch(/SECRET/);
    },
  );

  test("a name that is longer than the store takes is not there", async () => {
    const { get } = await world();
    for (const length of [1_000, 1_015, 1_025, 4_000]) {
      expect((await get(`/files/${"x".repeat(length)}.txt`)).status).toBe(404);
      expect((await get(`/files/${"%C3%A9".repeat(length / 2)}.txt`)).status).toBe(404);
    }
  });

  test("parts and versions work as with static files", async () => {
    const { get } = await world();
    const { headers } = await get("/files/note.txt");
    expect(await get("/files/note.txt", { range: "bytes=0-3" })).toMatchObject({ status: 206, text: "note" });
    expect((await get("/files/note.txt", { "if-none-match": headers["etag"] ?? "" })).status).toBe(304);
  });
});

describe("filestore", () => {
  /** Runs `act` as a route of an app, and answers what it answers. */
  async function inRoute(act: () => Promise<unknown>): Promise<unknown> {
    const { get } = fileWorld({ "notes/a.txt": "deployed", ".env": "SECRET" }, (app) => {
      app.get("/run", async (_req, res) => void res.json({ result: (await act()) ?? null }));
    });
    const answer = await get("/run", { "x-apikey": KEY });
    const { error, result }: { result?: unknown; error?: { code: string } } = JSON.parse(answer.text);
    return error === undefined ? result : `${answer.status} ${error.code}`;
  }

  test("what is saved is read back, from bytes, a text or a stream", async () => {
    const bytes = Uint8Array.of(0, 255, 128, 10);
    expect(
      await inRoute(async () => {
        await filestore.saveFile("/bytes.bin", bytes);
        await filestore.saveFile("text.txt", "é");
        await filestore.saveFile("/stream.bin", Readable.from([Buffer.from("a"), "b"]));
        return [
          [...(await filestore.readFileAsBuffer("/bytes.bin"))],
          await filestore.readFile("/text.txt"),
          await filestore.readFile("stream.bin"),
        ];
      }),
    ).toEqual([[0, 255, 128, 10], "é", "ab"]);
  });

  test("saving tells what was saved, a list tells of all, and deleting removes", async () => {
    const answer = await inRoute(async () => {
      const saved = await filestore.saveFile("/img/b.png", "bb");
      await filestore.saveFile("/img/a.png", "a");
      await filestore.saveFile("/other.txt", "x");
      const listed = await filestore.list("/img");
      const deleted = await filestore.deleteFile("/img/b.png");
      return { saved, listed, deleted, left: (await filestore.list("/")).map(({ path }) => path) };
    });
    expect(answer).toEqual({
      saved: { name: "b.png", path: "/img/b.png", size: 2, etag: expect.any(String), lastModified: expect.any(String) },
      listed: [
        expect.objectContaining({ name: "a.png", path: "/img/a.png", size: 1 }),
        expect.objectContaining({ name: "b.png", path: "/img/b.png", size: 2 }),
      ],
      deleted: { path: "/img/b.png" },
      left: ["/img/a.png", "/other.txt"],
    });
  });

  test("a read stream emits data and end", async () => {
    expect(
      await inRoute(async () => {
        await filestore.saveFile("/a.txt", "hello");
        const stream = await filestore.getReadStream("/a.txt");
        const { promise, resolve } = Promise.withResolvers<string>();
        let read = "";
        stream.on("data", (chunk: Buffer) => (read += chunk.toString())).on("end", () => resolve(read));
        return promise;
      }),
    ).toBe("hello");
  });

  test("the deployed source is read, too", async () => {
    expect(await inRoute(() => filestore.readFile("/notes/a.txt", { source: true }))).toBe("deployed");
    expect(await inRoute(() => filestore.readFile("/.env", { source: true }))).toBe("404 file-not-found");
  });

  test.each([
    ["readFile", () => filestore.readFile("/none.txt")],
    ["readFileAsBuffer", () => filestore.readFileAsBuffer("/none.txt")],
    ["getReadStream", () => filestore.getReadStream("/none.txt")],
  ])("%s of what is not there rejects", async (_name, act) => {
    expect(await inRoute(act)).toBe("404 file-not-found");
  });

  test.each(["", "/", "../x", "a/../b", "a//b", "a\\b", "a\0b", ".", "x".repeat(1_025)])(
    "the path %.10j is refused",
    async (path) => {
      expect(await inRoute(() => filestore.saveFile(path, "x"))).toBe("400 invalid-file-path");
    },
  );
});
