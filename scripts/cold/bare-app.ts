import { bareStart } from "@stephooks/aws/bare-clients";

/* The function whose start is compared: both clients, made when the code is loaded, and an answer for an HTTP API. */
const start = bareStart(process.env);

export const handler = async (): Promise<object> => {
  await start();
  return { statusCode: 200, body: "{}" };
};
