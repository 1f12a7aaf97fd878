import { once } from "node:events";
import { createServer } from "node:http";
import { onTestFinished } from "vitest";

/** What the client sent: a request of the query protocol is a form, one of the JSON protocol an object. */
export interface ControlPlaneRequest {
  readonly target: string;
  readonly body: string;
}

export interface ControlPlaneAnswer {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
}

/** An HTTP server that answers as a control plane of AWS does; its requests are kept. Closed after the test. */
export async function controlPlane(answer: (request: ControlPlaneRequest) => ControlPlaneAnswer): Promise<{
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly requests: ControlPlaneRequest[];
}> {
  const requests: ControlPlaneRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
    incoming.on("end", () => {
      const request = { target: String(incoming.headers["x-amz-target"] ?? ""), body };
      requests.push(request);
      const { status = 200, type, body: answered } = answer(request);
      outgoing.writeHead(status, { "content-type": type }).end(answered);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return { options: { endpoint: `http://127.0.0.1:${address.port}`, region: "us-east-1", credentials }, requests };
}
