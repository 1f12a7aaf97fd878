import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { isPublicAddress, jwksFetcher } from "../src/host/fetch-jwks.ts";

/** An issuer on this machine. */
async function issuer(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/jwks`;
}

test.each([
  "",
  "jwks.json",
  "http://issuer.example/jwks",
  "http://127.0.0.1/jwks",
  "https://127.0.0.1/jwks",
  "https://[::1]/jwks",
  "https://10.0.0.1/jwks",
  "https://169.254.169.254/latest/meta-data",
  "https://[::ffff:169.254.169.254]/",
  "https://0x7f.1/",
  "https://user:secret@issuer.example/jwks",
  "file:///etc/passwd",
  "ftp://issuer.example/",
])("security 58: deployed, the address %j may not be asked", (address) => {
  expect(() => jwksFetcher(address, false)).toThrow(expect.objectContaining({ code: "invalid-access" }));
});

test("security 58: a name that leads into a private network is not connected to", async () => {
  await expect(jwksFetcher("https://localhost:1/jwks", false)()).rejects.toThrow("private network");
});

test.each([
  ["8.8.8.8", true],
  ["127.0.0.1", false],
  ["10.1.2.3", false],
  ["172.31.0.1", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["224.0.0.1", false],
  ["::1", false],
  ["::", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:8.8.8.8", true],
  ["fd00::1", false],
  ["fe80::1", false],
  ["2001:4860:4860::8888", true],
  ["issuer.example", false],
])("security 58: %s is of the internet: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test("on the developer's machine an issuer on loopback is asked", async () => {
  const url = await issuer((_request, response) => response.end('{"keys":[]}'));
  expect(await jwksFetcher(url, true)()).toEqual({ keys: [] });
});

test("security 58: a redirect is not followed", async () => {
  let asked = 0;
  const url = await issuer((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  await expect(jwksFetcher(url, true)()).rejects.toThrow("answered 302");
  expect(asked).toBe(1);
});

test("security 58: an answer above 256 KB is not read to its end", async () => {
  const url = await issuer((_request, response) => response.end(`{"keys":["${"x".repeat(300_000)}"]}`));
  await expect(jwksFetcher(url, true)()).rejects.toThrow("larger than 256 KB");
});

test("security 58: an answer that never ends is given up after 3 s", async () => {
  const url = await issuer((_request, response) => void response.write("{"));
  await expect(jwksFetcher(url, true)()).rejects.toThrow();
}, 10_000);

test("security 58: what is no JSON rejects", async () => {
  const url = await issuer((_request, response) => response.end("<html>"));
  await expect(jwksFetcher(url, true)()).rejects.toThrow();
});
