export { type Deployed, type DeployedOptions, startDeployed } from "./start-deployed.ts";
