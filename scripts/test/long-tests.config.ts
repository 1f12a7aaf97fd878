import { configDefaults, defineConfig } from "vitest/config";
import everyDay from "../../vitest.config.ts";
import { longTests } from "./long-tests.ts";

export default defineConfig({
  ...everyDay,
  test: { ...everyDay.test, include: [...longTests], exclude: [...configDefaults.exclude] },
});
