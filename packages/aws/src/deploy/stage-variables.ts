import {
  DeleteParameterCommand,
  paginateGetParametersByPath,
  type Parameter,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { failureName, portErrorFrom } from "../sdk-failure.ts";

/** An environment variable of a stage, as a list shows it: never its value. */
export interface StageVariable {
  readonly name: string;
  /** Epoch milliseconds of the last change; 0 when Parameter Store does not tell. */
  readonly changedAt: number;
}

/**
 * The environment variables of a deployed stage: one SecureString parameter each, below a path of the stack, encrypted
 * with the account's key for Parameter Store. They are free in the standard tier, which takes 4 KB a value.
 */
export interface StageVariables {
  /** In the order of their names. Values are neither decrypted nor asked for. Needs `ssm:GetParametersByPath`. */
  list(): Promise<readonly StageVariable[]>;
  /** Names and values. Needs `kms:Decrypt` through Parameter Store, too, which its own key gives to the account. */
  read(): Promise<Readonly<Record<string, string>>>;
  /** Needs `ssm:PutParameter`. */
  set(name: string, value: string): Promise<void>;
  /** False when there was none. Needs `ssm:DeleteParameter`. */
  remove(name: string): Promise<boolean>;
}

/** Every method rejects with a PortError. */
export function stageVariables(client: SSMClient, stack: string): StageVariables {
  const path = `/stephooks/${stack}/env`;
  return {
    list: async () => {
      const found = await below(client, path, false);
      const variables = found.map(({ LastModifiedDate, Name = "" }) => ({
        name: Name.slice(path.length + 1),
        changedAt: LastModifiedDate?.getTime() ?? 0,
      }));
      return variables.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    },
    read: async () => {
      const found = await below(client, path, true);
      const pairs = found.map(({ Name = "", Value = "" }): [string, string] => [Name.slice(path.length + 1), Value]);
      return Object.fromEntries(pairs.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    },
    set: async (name, value) => {
      try {
        await client.send(
          new PutParameterCommand({ Name: `${path}/${name}`, Value: value, Type: "SecureString", Overwrite: true }),
        );
      } catch (error) {
        throw portErrorFrom(error, "PutParameter");
      }
    },
    remove: async (name) => {
      try {
        await client.send(new DeleteParameterCommand({ Name: `${path}/${name}` }));
        return true;
      } catch (error) {
        if (failureName(error) === "ParameterNotFound") return false;
        throw portErrorFrom(error, "DeleteParameter");
      }
    },
  };
}

async function below(client: SSMClient, Path: string, WithDecryption: boolean): Promise<readonly Parameter[]> {
  const found: Parameter[] = [];
  try {
    for await (const page of paginateGetParametersByPath({ client }, { Path, WithDecryption })) {
      found.push(...(page.Parameters ?? []));
    }
  } catch (error) {
    throw portErrorFrom(error, "GetParametersByPath");
  }
  return found;
}
