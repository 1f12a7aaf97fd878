/** A running emulator. */
export interface Emulator {
  /** Base URL on loopback, without a trailing slash. */
  readonly endpoint: string;
  /** Ends it and releases port and files. May be called more than once. */
  stop(): Promise<void>;
}
