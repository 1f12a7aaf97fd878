export { servablePath } from "../files/servable-path.ts";
export { SWAGGER_FOLDER, swaggerFiles } from "../openapi/swagger-files.ts";
