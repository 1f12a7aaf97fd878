import { type InstanceHead, isInstanceId, type ListGroup, parseBranchId, type Ports } from "@stephooks/core";
import { instanceDocument } from "@stephooks/engine";
import type { Document } from "./document.ts";
import type { DocumentSource } from "./document-source.ts";

const groups: readonly ListGroup[] = ["active", "completed", "failed", "cancelled"];

/** Instances of one page. */
const PAGE = 100;

/** The instances of workflows as documents of their collection. Listings follow the index, which lags a little. */
export function workflowSource(ports: Ports, workflows: readonly string[]): DocumentSource {
  const documents = async (ids: readonly string[]): Promise<readonly Document[]> => {
    const own = ids.filter((id) => isInstanceId(id) && parseBranchId(id) === undefined);
    const found: InstanceHead[] = [];
    for (let start = 0; start < own.length; start += PAGE) {
      found.push(...(await ports.instances.read(own.slice(start, start + PAGE))).values());
    }
    return found.filter(({ workflow }) => workflows.includes(workflow)).map((head): Document => instanceDocument(head));
  };
  return {
    ordered: false,
    definition: async () => ({ fields: [] }),
    read: documents,
    list: async function* () {
      for (const workflow of workflows) {
        for (const group of groups) {
          let cursor: string | undefined;
          do {
            const place = { workflow, group, limit: PAGE };
            const page = await ports.index.list(cursor === undefined ? place : { ...place, cursor });
            yield await documents(page.ids);
            cursor = page.cursor;
          } while (cursor !== undefined);
        }
      }
    },
  };
}
