"""Heroku, Kubernetes and the image agree with each other, and name nothing that does not exist."""

import json
import runpy
import shlex
from typing import Any, ClassVar

import pytest
import yaml
from flask.testing import FlaskClient

from deployment import TARGETS, container, environments, image_environment, instructions, manifest, pod, read, stages
from serving import PROJECT
from webapp.settings import Settings

OF_PYTHON = {"PATH", "PYTHONUNBUFFERED"}


def test_everything_starts_the_same_command() -> None:
    (command,) = instructions("server", "CMD")

    assert shlex.split(read("Procfile").removeprefix("web:")) == json.loads(command)
    for target in TARGETS:
        assert {word for word, _ in stages()[target]} <= {"FROM", "ENV", "COPY"}
        assert instructions(target, "FROM") == [f"server AS {target}"]
    assert "run" not in yaml.safe_load(read("heroku.yml"))
    assert not {"command", "args"} & container().keys()


def test_every_variable_is_a_setting_and_has_a_value_that_is_taken() -> None:
    class Asked(dict[str, str]):
        names: ClassVar[set[str]] = set()

        def get(self, name: str, default: Any = None) -> Any:
            self.names.add(name)
            return super().get(name, default)

    for place, environment in environments().items():
        Settings.from_environment(Asked(environment))

        assert environment.keys() - OF_PYTHON <= Asked.names, place


def test_the_default_image_is_torchscript_and_the_others_name_the_engine_they_have() -> None:
    assert list(stages())[-1] == "torchscript"
    assert Settings.from_environment(image_environment("torchscript")).engine == "torchscript"
    assert Settings.from_environment(image_environment("openvino")).engine == "openvino"
    assert yaml.safe_load(read("heroku.yml"))["build"]["docker"]["web"]["target"] == "openvino"
    assert f".[{environments()['app.json']['ENGINE']},redis]" in read("requirements.txt").splitlines()
    assert container()["image"].split(":")[1] in TARGETS


def test_one_version_of_python_everywhere() -> None:
    version = read(".python-version").strip()

    assert instructions("build", "FROM") == [f"python:{version}-slim AS build"]
    assert instructions("server", "FROM") == [f"python:{version}-slim AS server"]


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_the_probes_ask_a_route_that_answers(client: FlaskClient, probe: str) -> None:
    asked = container()[probe]["httpGet"]

    assert client.get(asked["path"]).status_code == 200
    assert asked["port"] in [port["name"] for port in container()["ports"]]


def test_the_manifest_knows_the_image_and_leads_to_it() -> None:
    environment = image_environment("openvino")
    labels = manifest("Deployment")["spec"]["template"]["metadata"]["labels"]

    assert [str(port["containerPort"]) for port in container()["ports"]] == [environment["PORT"]]
    assert instructions("server", "EXPOSE") == [environment["PORT"]]
    assert instructions("server", "USER") == [
        f"{pod()['securityContext']['runAsUser']}:{pod()['securityContext']['runAsGroup']}"
    ]
    assert manifest("Service")["spec"]["selector"] == labels
    assert manifest("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert manifest("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == "make-a-monet"


def test_prometheus_is_sent_to_an_address_that_answers(client: FlaskClient) -> None:
    annotations = manifest("Deployment")["spec"]["template"]["metadata"]["annotations"]

    assert client.get(annotations["prometheus.io/path"]).status_code == 200
    assert annotations["prometheus.io/port"] == str(container()["ports"][0]["containerPort"])


def test_what_is_being_painted_is_finished_before_the_end() -> None:
    gunicorn = runpy.run_path(str(PROJECT / "webapp" / "gunicorn.conf.py"))
    before = int(container()["lifecycle"]["preStop"]["exec"]["command"][1])

    assert pod()["terminationGracePeriodSeconds"] > before + gunicorn["graceful_timeout"]
    assert f"at most {gunicorn['graceful_timeout']} seconds" in read("docs/operations.md")
