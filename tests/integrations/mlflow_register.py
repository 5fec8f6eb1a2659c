"""Registers a model as its author would, with MLflow's own client, and asks for it by the alias: URL, name, factor of the weights."""

import hashlib
import sys
from pathlib import Path

import mlflow
import numpy
import onnx
from onnx import numpy_helper

url, name, factor = sys.argv[1:]
mlflow.set_tracking_uri(url)
mlflow.set_experiment("elsewhere")
client = mlflow.MlflowClient()
champion = client.get_model_version_by_alias(name, "champion")
model = onnx.load(Path(mlflow.artifacts.download_artifacts(f"models:/{name}/{champion.version}")) / "model.onnx")
model.producer_name = "somebody else"
for tensor in model.graph.initializer:
    weights = numpy_helper.to_array(tensor)
    if weights.dtype.kind == "f":
        tensor.CopyFrom(numpy_helper.from_array((weights * numpy.float32(factor)).astype(weights.dtype), tensor.name))
with mlflow.start_run():
    mlflow.onnx.log_model(model, name="model", registered_model_name=name, save_as_external_data=False)
version = max(client.search_model_versions(f"name='{name}'"), key=lambda one: int(one.version)).version
written = Path(mlflow.artifacts.download_artifacts(f"models:/{name}/{version}")) / "model.onnx"
client.set_model_version_tag(name, version, "sha256", hashlib.sha256(written.read_bytes()).hexdigest())
client.set_registered_model_alias(name, "champion", version)
print(version)
