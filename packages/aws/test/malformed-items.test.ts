import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { sampleHead } from "@stephooks/contracts/suites";
import { describe, expect, test } from "vitest";
import { decodeInstanceItem, encodeInstanceItem } from "../src/instance-item-codec.ts";

describe("a malformed item is corrupt, and the failure names instance and attribute", () => {
  const malformed: readonly (readonly [attribute: string, value: AttributeValue | undefined])[] = [
    ["pk", { S: "j#other" }],
    ["sk", { S: "b#1" }],
    ["wf", undefined],
    ["wf", { N: "1" }],
    ["n", undefined],
    ["n", { S: "3" }],
    ["n", { N: "many" }],
    ["st", { S: "Z" }],
    ["st", { S: "constructor" }],
    ["d", undefined],
    ["d", { S: "{}" }],
    ["d", { M: { key: { N: "1" } } }],
    ["sc", { S: "not JSON" }],
    ["sc", { S: "[]" }],
    ["sc", { S: '{"a":{}}' }],
    ["sc", { S: '{"a":[1]}' }],
    ["h", { S: "{}" }],
    ["h", { S: "[1]" }],
    ["h", { S: '[[1,"begin",1,"?",7,8]]' }],
    ["h", { S: '[["1","begin",1,"g",7,8]]' }],
    ["h", { S: '[[1,"begin",1,"g",7]]' }],
    ["h", { S: '[[1,"begin",1,"g",7,8,{}]]' }],
    ["h", { S: '[[1,"begin",1,"g",7,8,[["a"]]]]' }],
    ["h", { S: '[[1,"begin",1,"g",7,8,[["a",1,null]]]]' }],
    ["h", { S: '[[1,"begin",1,"g",7,8,[2,["a",null,null]]]]' }],
    ["rd", { S: "[1]" }],
    ["e", { S: "[]" }],
    ["e", { S: '{"name":"E"}' }],
    ["e", { S: '{"name":"E","message":"","step":"s","attempt":1,"at":1,"code":5}' }],
    ["e", { M: {} }],
    ["tt", { S: "5" }],
    ["gs", { S: "5" }],
    ["ts", { N: "5" }],
    ["jn", { M: {} }],
    ["jn", { S: '[3,["a",1],0,false]' }],
    ["jn", { S: '[3,["a"],0,1]' }],
    ["jn", { S: "{}" }],
    ["r", { S: "{}" }],
    ["r", { M: { "0": { N: "1" } } }],
    ["r", { M: { "0": { S: "[1]" } } }],
    ["r", { M: { "0": { S: '["a",{"x":1},[],1,2]' } } }],
    ["r", { M: { "0": { S: '[null,{},[],1,"2"]' } } }],
    ["r", { M: { "0": { S: '{"name":"E"}' } } }],
    ["r", { M: { first: { S: "[null,{},[],1,2]" } } }],
    ["be", { S: "{}" }],
    ["be", { S: "[{}]" }],
    ["rm", { S: "[1]" }],
    ["kc", { S: "[1]" }],
    ["kc", { S: "{}" }],
    ["pz", { BOOL: true }],
    ["rs", { S: '[["p1","x"]]' }],
  ];

  test.each(malformed)("%s = %j", (attribute, value) => {
    const item = encodeInstanceItem(sampleHead({ id: "order-1" }));
    if (value === undefined) delete item[attribute];
    else item[attribute] = value;
    const instance = { pk: "j#other", sk: "i#order-1" }[attribute] ?? "order-1";
    const details = { instance, attribute: attribute === "sk" ? "pk" : attribute };
    expect(() => decodeInstanceItem(item)).toThrow(expect.objectContaining({ code: "corrupt", details }));
  });
});
