/* What Node and the runtime client take by themselves. */
export const handler = async (): Promise<object> => ({ statusCode: 200, body: "{}" });
