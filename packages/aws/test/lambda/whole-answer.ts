import type { WholeAnswer } from "../../src/lambda/index.ts";

/** All of a response. */
export async function whole(response: Response): Promise<WholeAnswer> {
  return { status: response.status, headers: response.headers, body: await response.bytes() };
}
