import { type CloudFormationClient, GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import { portErrorFrom } from "../sdk-failure.ts";

/**
 * The template a stack was last deployed with, as it was given: before any transform. Needs
 * `cloudformation:GetTemplate`. Empty for a stack that has only been planned.
 *
 * @throws PortError when CloudFormation does not answer or refuses.
 */
export async function deployedTemplate(client: CloudFormationClient, stack: string): Promise<string> {
  try {
    const { TemplateBody = "" } = await client.send(
      new GetTemplateCommand({ StackName: stack, TemplateStage: "Original" }),
    );
    return TemplateBody;
  } catch (error) {
    throw portErrorFrom(error, "GetTemplate");
  }
}
