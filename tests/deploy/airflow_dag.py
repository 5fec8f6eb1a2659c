"""The DAG as Airflow imports it, and what its branch chooses, as one line of JSON."""

import json
import sys

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowFailException

bag = DagBag(sys.argv[1])
dag = bag.dags.get("errata_train")


def branch(state, outcome):
    training = {"profile": "receipt", "version": "receipt/2", "reasons": ["so"], "state": state, "outcome": outcome}
    try:
        return dag.get_task("decided").python_callable(json.dumps(training))
    except AirflowFailException as error:
        return str(error)


print(json.dumps({
    "errors": bag.import_errors,
    "follow": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks} if dag else None,
    "deferrable": dag.get_task("wait").deferrable,
    "key": dag.get_task("ask").headers["Idempotency-Key"],
    "decided": {outcome or state: branch(state, outcome) for state, outcome in [("done", "promoted"), ("done", "refused"), ("done", "known"), ("done", "nothing"), ("failed", None)]},
}))
