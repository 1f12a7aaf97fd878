import type { LogicalId } from "./logical-id.ts";

/** `!Ref`: a parameter's value, a resource's name (a queue's URL), or a fact about where the stack is made. */
export type Ref = {
  readonly Ref: LogicalId | "AWS::AccountId" | "AWS::NoValue" | "AWS::StackName";
};

/** `!GetAtt`: an attribute of a resource. */
export type GetAtt = {
  readonly "Fn::GetAtt": readonly [LogicalId, string];
};

/** `!Sub`: text with `${}` in it. Takes our own literals only, never a name or description of an app. */
export type Sub = {
  readonly "Fn::Sub": string;
};

export function ref(id: Ref["Ref"]): Ref {
  return { Ref: id };
}

export function getAtt(id: LogicalId, attribute: string): GetAtt {
  return { "Fn::GetAtt": [id, attribute] };
}

export function sub(text: string): Sub {
  return { "Fn::Sub": text };
}
