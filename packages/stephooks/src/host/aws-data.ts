/* Leads to what stores documents and values: imported on first use, or by a bundle whose app is sure to need it. */
export { dataPorts } from "@stephooks/aws/data";
