"""Checks that no linter makes of examples/deploy: all templates must agree."""

import re
import subprocess
import sys
from pathlib import Path

import hcl2
import yaml

DEPLOY = Path("examples/deploy")
GUIDE = Path("dd-trace-runtime/src/guide/deploying.md").read_text()
TEMPLATES = [
    "sam/template.yaml",
    "cloudformation/template.yaml",
    "cdk/app.mjs",
    "terraform/main.tf",
    "serverless/serverless.yml",
    "cargo-lambda/deploy",
]
SAID_BY_ALL = ["DD_API_KEY_SECRET_ARN", "DD_SITE", "DD_SERVICE", "DD_ENV", "DD_VERSION", "464622532012"]


def check(holds, problem):
    if not holds:
        sys.exit(problem)


def versions(text):
    """The versions of the extension that a text names, as a layer or an image."""
    layers = re.findall(r"(?:Datadog-Extension(?:-ARM)?|\$layer):(\d+)", text)
    return set(layers + re.findall(r"lambda-extension:(\d+)", text))


expected = versions(GUIDE)
check(len(expected) == 1, f"the guide names the versions {expected} of the extension")
for name in TEMPLATES + ["image/Dockerfile"]:
    found = versions((DEPLOY / name).read_text())
    check(found == expected, f"{name}: the extension is {found}, in the guide {expected}")
for name in TEMPLATES:
    text = (DEPLOY / name).read_text()
    for word in SAID_BY_ALL + ["secretsmanager:GetSecretValue"]:
        check(word in text, f"{name}: `{word}` is missing")
    check(re.search(r"provided.?al2023", text, re.I), f"{name}: the runtime isn't provided.al2023")

terraform = hcl2.loads((DEPLOY / "terraform/main.tf").read_text())
check("resource" in terraform and "variable" in terraform, "terraform: not parsed")

serverless = yaml.safe_load((DEPLOY / "serverless/serverless.yml").read_text())
statements = serverless["provider"]["iam"]["role"]["statements"]
check(statements[0]["Action"] == "secretsmanager:GetSecretValue", "serverless: the permission")
check(len(serverless["functions"]["orders"]["layers"]) == 1, "serverless: the layer")

script = (DEPLOY / "cargo-lambda/deploy").read_text()
for command in ["build", "deploy"]:
    lines = [line for line in script.splitlines() if not line.startswith("#")]
    whole = " ".join(lines).split(f"cargo lambda {command}", 1)[1].split("cargo lambda")[0]
    known = subprocess.run([sys.argv[1], "lambda", command, "--help"], capture_output=True, text=True).stdout
    for flag in re.findall(r"(?<=\s)--[a-z0-9-]+", whole):
        check(flag in known, f"cargo lambda {command} has no `{flag}`")
for flag in ["--arm64", "--x86-64"]:
    check(flag in script, f"cargo-lambda: `{flag}` is missing")

print(f"examples/deploy: {len(TEMPLATES)} templates and an image, the extension at {expected.pop()}")
