export const Step = { First: "first", Second: "second" } as const;

export const order = ["one", "two", "three"] as const;
export const table = { 0: "left", 1: "right" } as const;
