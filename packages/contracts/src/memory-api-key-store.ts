import type { ApiKeyStore, StoredApiKey } from "@stephooks/core";

/** API keys in memory. */
export function memoryApiKeyStore(): ApiKeyStore {
  const keys = new Map<string, StoredApiKey>();
  return {
    find: async (sha256) => {
      const key = keys.get(sha256);
      return key === undefined ? undefined : { name: key.name, access: key.access };
    },
    put: async ({ access, name, sha256 }) => void keys.set(sha256, { access, name, sha256 }),
    remove: async (sha256) => keys.delete(sha256),
    list: async () => [...keys.values()].toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))),
  };
}
