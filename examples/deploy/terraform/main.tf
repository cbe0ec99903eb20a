# cargo lambda build --release --arm64 --output-format zip --manifest-path ../function/Cargo.toml
# terraform init && terraform apply -var datadog_api_key_secret_arn=<arn>

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

variable "datadog_api_key_secret_arn" {
  description = "ARN of the Secrets Manager secret whose text is the API key"
  type        = string
}

variable "datadog_site" {
  type    = string
  default = "datadoghq.com"
}

variable "code" {
  description = "What `cargo lambda build --output-format zip` wrote"
  type        = string
  default     = "../function/target/lambda/orders/bootstrap.zip"
}

data "aws_region" "current" {}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "datadog_api_key" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.datadog_api_key_secret_arn]
  }
}

resource "aws_iam_role" "orders" {
  name               = "orders"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "datadog_api_key" {
  name   = "datadog-api-key"
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.datadog_api_key.json
}

resource "aws_lambda_function" "orders" {
  function_name    = "orders"
  role             = aws_iam_role.orders.arn
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  handler          = "bootstrap"
  filename         = var.code
  source_code_hash = filebase64sha256(var.code)
  memory_size      = 256
  timeout          = 10

  # For x86_64 the layer is Datadog-Extension.
  layers = [
    "arn:aws:lambda:${data.aws_region.current.name}:464622532012:layer:Datadog-Extension-ARM:105",
  ]

  environment {
    variables = {
      DD_API_KEY_SECRET_ARN = var.datadog_api_key_secret_arn
      DD_SITE               = var.datadog_site
      DD_SERVICE            = "orders"
      DD_ENV                = "prod"
      DD_VERSION            = "1.0.0"
    }
  }
}
