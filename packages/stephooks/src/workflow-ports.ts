import type { AppPorts } from "@stephooks/core";

/**
 * The ports as a workflow's own functions see them: an instance of another workflow is not there. So a route that hands a
 * client's id on cannot show or change what belongs to another workflow.
 */
export function workflowPorts(ports: AppPorts, workflow: string): AppPorts {
  const { instances } = ports;
  return {
    ...ports,
    instances: {
      read: async (ids) => new Map([...(await instances.read(ids))].filter(([, head]) => head.workflow === workflow)),
      create: (head) => instances.create(head),
      update: (id, update, condition) => instances.update(id, update, condition),
    },
  };
}
