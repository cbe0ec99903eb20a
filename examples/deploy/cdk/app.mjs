// cargo lambda build --release --arm64 --manifest-path ../function/Cargo.toml
// npm install && npx cdk deploy --parameters DatadogApiKeySecretArn=<arn>
import { App, Aws, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import { Architecture, Code, Function, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";

const app = new App();
const stack = new Stack(app, "Orders");

// The ARN of the Secrets Manager secret whose text is the API key.
const apiKey = new CfnParameter(stack, "DatadogApiKeySecretArn", { type: "String" });

// For x86_64 the layer is Datadog-Extension.
const extension = `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:464622532012:layer:Datadog-Extension-ARM:105`;

const orders = new Function(stack, "Function", {
  runtime: Runtime.PROVIDED_AL2023,
  architecture: Architecture.ARM_64,
  handler: "bootstrap",
  code: Code.fromAsset(app.node.tryGetContext("code") ?? "../function/target/lambda/orders"),
  memorySize: 256,
  timeout: Duration.seconds(10),
  layers: [LayerVersion.fromLayerVersionArn(stack, "Extension", extension)],
  environment: {
    DD_API_KEY_SECRET_ARN: apiKey.valueAsString,
    DD_SITE: "datadoghq.com",
    DD_SERVICE: "orders",
    DD_ENV: "prod",
    DD_VERSION: "1.0.0",
  },
});
orders.addToRolePolicy(
  new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [apiKey.valueAsString] }),
);

app.synth();
