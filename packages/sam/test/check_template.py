"""Reads a JSON list of SAM templates (YAML text) from stdin. Prints for each what cfn-lint says about it and what the
SAM transform makes of it."""

import json
import sys

from cfnlint.api import lint
from cfnlint.config import ManualArgs
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """The real one asks IAM. A template that needs a managed policy fails with this one."""

    def load(self):
        return {}


def findings(text, ignored):
    config = ManualArgs(regions=["eu-central-1"], ignore_checks=ignored)
    return [f"{match.rule.id} {match.message}" for match in lint(text, config=config)]


def report(source):
    result = {"source": findings(source, []), "transformed": [], "resources": {}, "failure": ""}
    try:
        transformed = transform(yaml_parse(source), {}, NoManagedPolicies())
    except Exception as error:  # the transform's own error classes differ between its versions
        result["failure"] = f"{type(error).__name__}: {error}"
        return result
    result["resources"] = transformed["Resources"]
    # W3037 does not know some actions SAM itself uses.
    result["transformed"] = findings(json.dumps(transformed), ["W3037"])
    return result


print(json.dumps([report(source) for source in json.load(sys.stdin)]))
