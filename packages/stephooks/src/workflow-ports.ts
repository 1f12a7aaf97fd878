import type { AppPorts } from "@stephooks/core";

/**
 * The ports as one workflow's functions see them: an instance of a workflow that is not `visible` is not there. So a route
 * that hands a client's id on cannot show or change what belongs elsewhere.
 */
export function workflowPorts(ports: AppPorts, visible: (workflow: string) => boolean): AppPorts {
  const { instances } = ports;
  return {
    ...ports,
    instances: {
      read: async (ids) => new Map([...(await instances.read(ids))].filter(([, head]) => visible(head.workflow))),
      create: (head) => instances.create(head),
      update: (id, update, condition) => instances.update(id, update, condition),
    },
  };
}
