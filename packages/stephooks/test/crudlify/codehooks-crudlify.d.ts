/** The older package: it has no types. */
declare module "codehooks-crudlify" {
  const crudlify: (app: object, schemas?: object, options?: object) => Promise<unknown>;
  export default crudlify;
}
