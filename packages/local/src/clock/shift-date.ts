/**
 * From now on `Date` says what the machine's clock says and `offset` milliseconds, for everything in this process that
 * looks at it later. Node's timers are not touched: what is already under way takes as long as it takes.
 */
export function shiftDate(offset: number): { moveTo(offset: number): void } {
  let shift = offset;
  const Real = Date;
  const now = (): number => Real.now() + shift;
  const shifted = new Proxy(Real, {
    apply: () => new Real(now()).toString(),
    construct: (target, args, newTarget) => {
      const made: unknown = Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget);
      if (made instanceof Real) return made;
      throw new TypeError("Date made something else");
    },
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  });
  Object.defineProperty(Real.prototype, "constructor", { value: shifted, writable: true, configurable: true });
  Object.defineProperty(globalThis, "Date", { value: shifted, writable: true, configurable: true });
  return { moveTo: (next) => (shift = next) };
}
