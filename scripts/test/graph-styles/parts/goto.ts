export type Goto = (next: string | readonly string[] | null, state?: object) => Promise<void>;
